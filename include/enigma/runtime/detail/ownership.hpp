// SPDX-License-Identifier: MIT
#pragma once

namespace enigma::detail {

// What the runtime needs of std::unique_ptr and std::shared_ptr. <memory> would be an eighth of what
// <enigma/enigma.hpp> costs every file that includes it.

/// The one owner of an object made by new.
template <class T>
class owned {
public:
  owned() = default;
  explicit owned(T* object) : object_{object} {}
  owned(owned&& other) noexcept : object_{other.object_} { other.object_ = nullptr; }
  owned& operator=(owned&& other) noexcept {
    // NOLINTNEXTLINE(clang-analyzer-core.uninitialized.Assign): new owned[n]{} has made it null
    T* const mine = object_;
    object_ = other.object_;
    other.object_ = mine;
    return *this;
  }
  ~owned() { delete object_; }

  T* operator->() const { return object_; }

private:
  T* object_ = nullptr;
};

/// Counts its owners: base of what `shared` points to.
class counted {
public:
  counted() = default;
  counted(counted const&) = delete;
  counted& operator=(counted const&) = delete;

  void add_owner() { __atomic_add_fetch(&owners_, 1, __ATOMIC_RELAXED); }
  /// Whether it was the last.
  bool remove_owner() { return __atomic_sub_fetch(&owners_, 1, __ATOMIC_ACQ_REL) == 0; }

protected:
  ~counted() = default;

private:
  long owners_ = 0;
};

/// One of the owners of an object made by new; the last deletes it. Owners may be in several threads.
template <class T>
class shared {
public:
  shared() = default;
  explicit shared(T* object) : object_{object} { object_->add_owner(); }
  shared(shared const& other) : object_{other.object_} {
    if (object_ != nullptr)
      object_->add_owner();
  }
  shared(shared&& other) noexcept : object_{other.object_} { other.object_ = nullptr; }
  shared& operator=(shared other) noexcept {
    T* const mine = object_;
    object_ = other.object_;
    other.object_ = mine;
    return *this;
  }
  ~shared() {
    if (object_ != nullptr && object_->remove_owner())
      delete object_;
  }

  T* operator->() const { return object_; }

private:
  T* object_ = nullptr;
};

} // namespace enigma::detail
