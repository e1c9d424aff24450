// SPDX-License-Identifier: MIT
#include "detector.hpp"

#include <algorithm>

namespace enigma::metal_tool {

void detector::start_group() {
  group_start_ = ++now_;
  for (int kind = 0; kind < 2; ++kind) {
    group_time_[kind] = now_;
    std::fill(std::begin(simd_time_[kind]), std::end(simd_time_[kind]), now_);
  }
  starts_.push_back(now_);
}

void detector::threadgroup_barrier(unsigned memory) {
  ++now_;
  for (unsigned kind = 0; kind < 2; ++kind)
    if ((memory & (kind == 1 ? 1u : 2u)) != 0) {
      group_time_[kind] = now_;
      std::fill(std::begin(simd_time_[kind]), std::end(simd_time_[kind]), now_);
    }
}

void detector::simdgroup_barrier(unsigned simdgroup, unsigned memory) {
  ++now_;
  for (unsigned kind = 0; kind < 2; ++kind)
    if ((memory & (kind == 1 ? 1u : 2u)) != 0)
      simd_time_[kind][simdgroup] = now_;
}

std::size_t detector::add(tracked_region region) {
  region.records.assign((region.bytes + region.grain - 1) / region.grain, {});
  regions_.push_back(std::move(region));
  return regions_.size() - 1;
}

tracked_region* detector::find(std::uintptr_t address) {
  auto const holds = [&](tracked_region const& r) { return address - r.begin < r.bytes; };
  if (last_ < regions_.size() && holds(regions_[last_]))
    return &regions_[last_];
  for (std::size_t i = 0; i < regions_.size(); ++i)
    if (holds(regions_[i])) {
      last_ = i;
      return &regions_[i];
    }
  return nullptr;
}

void detector::refine(tracked_region& region, unsigned grain) const {
  std::vector<byte_record> finer((region.bytes + grain - 1) / grain);
  for (std::size_t i = 0; i < finer.size(); ++i)
    finer[i] = region.records[i * grain / region.grain];
  region.records.swap(finer);
  region.grain = grain;
}

// Keeps the two reads that a later write can collide with.
void detector::remember(access (&slots)[2], access now, memory_kind kind) const {
  access& a = slots[0];
  access& b = slots[1];
  bool const device = kind != memory_kind::threadgroup;
  // Another threadgroup's read of device memory collides with every write from now on: that one is enough.
  auto const foreign = [&](access x) { return device && x.time != 0 && x.time < group_start_; };
  if (foreign(a))
    return;
  if (foreign(b)) {
    a = b;
    return;
  }
  if (a.time < group_time_[device]) {
    a = b;
    b = {};
  }
  if (a.time < group_time_[device]) {
    a = now;
    return;
  }
  if (b.time < group_time_[device])
    b = {};
  unsigned const simdgroup = a.thread / 32;
  if (b.time != 0 && b.thread / 32 != simdgroup)
    return; // two simdgroups: whoever writes, one of them is another
  if (now.thread / 32 != simdgroup) {
    b = now;
  } else if (a.time < simd_time_[device][simdgroup]) {
    a = now;
    b = {};
  } else if (a.thread != now.thread) {
    b = now;
  }
}

void detector::touch(tracked_region& region, std::size_t offset, std::size_t bytes, access_kind kind,
                     unsigned thread, std::uint32_t site, std::vector<conflict>& conflicts) {
  if (region.grain > 1 && ((offset | bytes) & (region.grain - 1)) != 0)
    refine(region, (offset | bytes) % 2 == 0 ? 2 : 1);
  access now;
  now.time = now_;
  now.thread = thread & 1023u;
  now.site = site & ((1u << 22) - 1);
  bool const is_write = kind == access_kind::write || kind == access_kind::atomic_write;
  bool const is_atomic = kind == access_kind::atomic_read || kind == access_kind::atomic_write;
  auto const report = [&](conflict::sort what, std::size_t at, access_kind then_kind, access then) {
    if (conflicts.empty()) // one for each access: its first byte
      conflicts.push_back({what, &region, at, kind, now, then_kind, then});
  };
  auto const collides = [&](access then, access_kind then_kind, std::size_t at) {
    if (then.time != 0 && !ordered(then, thread, region.kind))
      report(conflict::sort::race, at, then_kind, then);
  };

  std::size_t const first = offset / region.grain;
  std::size_t const last = (offset + bytes - 1) / region.grain;
  for (std::size_t i = first; i <= last; ++i) {
    byte_record& r = region.records[i];
    std::size_t const at = i * region.grain;
    tracked_region::atomic_record* atomic = nullptr;
    if (is_atomic) {
      atomic = &region.atomics[at / 4];
    } else if (!region.atomics.empty()) {
      auto const found = region.atomics.find(at / 4);
      atomic = found == region.atomics.end() ? nullptr : &found->second;
    }
    if (region.kind == memory_kind::threadgroup && r.write.time != 0 && r.write.time < group_start_) {
      r = {};
    }
    if (region.kind == memory_kind::threadgroup && kind != access_kind::write) {
      bool const set = r.write.time >= group_start_ || (atomic != nullptr && atomic->written >= group_start_);
      if (!set && kind != access_kind::atomic_write)
        report(conflict::sort::uninitialised, at, kind, {});
    }
    if (region.kind == memory_kind::constant)
      continue;
    collides(r.write, access_kind::write, at);
    if (is_write)
      for (access const& a : r.read)
        collides(a, access_kind::read, at);
    if (atomic != nullptr && !is_atomic) {
      for (access const& a : atomic->write)
        collides(a, access_kind::atomic_write, at);
      if (is_write)
        for (access const& a : atomic->read)
          collides(a, access_kind::atomic_read, at);
    }
    switch (kind) {
    case access_kind::read:
      remember(r.read, now, region.kind);
      break;
    case access_kind::write:
      r.write = now;
      break;
    case access_kind::atomic_read:
      remember(atomic->read, now, region.kind);
      break;
    case access_kind::atomic_write:
      remember(atomic->write, now, region.kind);
      atomic->written = now_;
      break;
    }
  }
}

std::size_t detector::group_of(std::uint32_t time) const {
  auto const after = std::upper_bound(starts_.begin(), starts_.end(), time);
  return after == starts_.begin() ? 0 : static_cast<std::size_t>(after - starts_.begin()) - 1;
}

} // namespace enigma::metal_tool
