// SPDX-License-Identifier: MIT
// The exact detector: a record of who touched what, and whether anything came in between.
//
// Two accesses to one byte by two threads, one of them a write and not both atomic, are a race unless a
// barrier orders them: one of the threadgroup that covers this kind of memory, or, for threads of one
// simdgroup, one of the simdgroup. Threadgroups of a launch are never ordered. Barriers are full meetings, so
// one clock that ticks at every barrier says it all: an access is ordered before now if its time lies before
// the last barrier that counts.
//
// For each byte three accesses suffice: the last write, and two reads; of reads those are kept that a later
// write can collide with (two threads, of different simdgroups or threadgroups if there are any). Atomics
// have their own record, since they are few.
#pragma once

#include "machine.hpp"

#include <cstdint>
#include <set>
#include <unordered_map>
#include <vector>

namespace enigma::metal_tool {

enum class memory_kind { device, constant, threadgroup };
enum class access_kind { read, write, atomic_read, atomic_write };

/// A thread at a time, at a place of the code.
struct access {
  std::uint32_t time = 0; // 0: none
  std::uint32_t site : 22 = 0;
  std::uint32_t thread : 10 = 0;
};

/// What a stretch of bytes has seen.
struct byte_record {
  access write;
  access read[2];
};

struct tracked_region {
  std::string name;
  std::string element_type;
  memory_kind kind = memory_kind::device;
  std::uintptr_t begin = 0;
  std::size_t bytes = 0;
  std::size_t element_bytes = 1;
  bool read_only = false;
  unsigned grain = 4; // bytes that share a record
  std::vector<byte_record> records = {};
  struct atomic_record {
    access read[2];
    access write[2];
    std::uint32_t written = 0; // time of the last atomic write
  };
  std::unordered_map<std::size_t, atomic_record> atomics = {}; // by byte / 4
};

/// What the detector tells its machine.
struct conflict {
  enum class sort { race, uninitialised } kind;
  tracked_region const* region;
  std::size_t offset;
  access_kind now_kind;
  access now;
  access_kind then_kind;
  access then;
};

class detector {
public:
  void start_group();
  /// A barrier of the threadgroup, or of one simdgroup.
  void threadgroup_barrier(unsigned memory);
  void simdgroup_barrier(unsigned simdgroup, unsigned memory);

  /// The region must outlive the detector's use of it; returns its index.
  std::size_t add(tracked_region region);
  tracked_region const& region(std::size_t i) const { return regions_[i]; }
  std::size_t region_count() const { return regions_.size(); }

  /// The region that holds the address, or null.
  tracked_region* find(std::uintptr_t address);

  /// Records an access that lies in `region`; conflicts are appended.
  void touch(tracked_region& region, std::size_t offset, std::size_t bytes, access_kind kind, unsigned thread,
             std::uint32_t site, std::vector<conflict>& conflicts);

  std::size_t group_of(std::uint32_t time) const; // which threadgroup ran at that time, in order of running
  bool in_this_group(access a) const { return a.time >= group_start_; }

private:
  void refine(tracked_region& region, unsigned grain) const;
  bool ordered(access a, unsigned thread, memory_kind kind) const {
    if (kind != memory_kind::threadgroup && a.time < group_start_)
      return false; // another threadgroup's
    if (a.time < group_start_ || a.thread == thread)
      return true;
    bool const device = kind != memory_kind::threadgroup;
    std::uint32_t const since =
        a.thread / 32 == thread / 32 ? simd_time_[device][thread / 32] : group_time_[device];
    return a.time < since;
  }
  void remember(access (&slots)[2], access now, memory_kind kind) const;

  std::vector<tracked_region> regions_;
  std::size_t last_ = 0;
  std::uint32_t now_ = 1;
  std::uint32_t group_start_ = 1;
  std::uint32_t group_time_[2] = {1, 1}; // of threadgroup and of device memory
  std::uint32_t simd_time_[2][32] = {};
  std::vector<std::uint32_t> starts_;
};

} // namespace enigma::metal_tool
