// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/codegen/detail/literal.hpp>
#include <enigma/codegen/detail/record_names.hpp>

namespace enigma::detail {

/// The function constants of a program: they stand at file scope, once for all kernels, and have one name in
/// all of them.
class file_constants {
public:
  constexpr file_constants(array_view<kernel_ir> kernels, record_names const& records) {
    for (kernel_ir const& k : kernels)
      for (memory const& m : k.memories)
        if (m.space == memory_space::function_constant && m.loaded && find(m) == nullptr)
          insert(m);
    if (all_.empty())
      return;
    name_book names;
    for (kernel_ir const& k : kernels)
      names.add({k.name});
    for (std::size_t f = 0; f < kernels[0].function_count; ++f)
      names.add({kernels[0].functions[f].name});
    for (given_name const& n : records.names())
      names.add(n);
    for (std::size_t i = 0; i < all_.size(); ++i)
      all_[i].name = names.unused(all_[i].what.name);
    for (std::size_t i = 0; i < all_.size(); ++i)
      if (all_[i].what.preset != nullptr)
        all_[i].of_call = names.unused(all_[i].what.name, "given");
  }

  constexpr given_name const& name_of(memory const& m) const { return find(m)->name; }

  /// `constant uint n [[function_constant(0)]];`, or, where the call may leave it to its default,
  ///
  ///   constant uint n_given [[function_constant(0)]];
  ///   constant uint n = is_function_constant_defined(n_given) ? n_given : 64u;
  constexpr void print(text& out) const {
    if (!all_.empty())
      out << '\n';
    for (file_constant const& c : all_) {
      bool const has_default = c.what.preset != nullptr;
      declare(c.what, has_default ? c.of_call : c.name, out);
      out << " [[function_constant(" << static_cast<std::int64_t>(c.what.binding) << ")]];\n";
      if (!has_default)
        continue;
      declare(c.what, c.name, out);
      out << " = is_function_constant_defined(";
      put_name(c.of_call, out);
      out << ") ? ";
      put_name(c.of_call, out);
      out << " : ";
      put_default(c.what, out);
      out << ";\n";
    }
  }

private:
  struct file_constant {
    memory what;
    given_name name;    // as kernels call it
    given_name of_call; // as the call gives it, where it has a default
  };

  constexpr file_constant const* find(memory const& m) const {
    for (file_constant const& c : all_)
      if (c.what.argument == m.argument)
        return &c;
    return nullptr;
  }
  /// In the order of the call.
  constexpr void insert(memory const& m) {
    all_.push_back({});
    std::size_t at = all_.size() - 1;
    for (; at > 0 && all_[at - 1].what.argument > m.argument; --at)
      all_[at] = all_[at - 1];
    all_[at] = {m, {}, {}};
  }
  static constexpr void put_type(memory const& m, text& out) {
    out << msl_name(m.element);
    if (m.value.lanes > 1)
      out << static_cast<int>(m.value.lanes);
  }
  static constexpr void declare(memory const& m, given_name const& name, text& out) {
    out << "constant ";
    put_type(m, out);
    out << ' ';
    put_name(name, out);
  }
  static constexpr void put_default(memory const& m, text& out) {
    if (m.value.lanes == 1)
      return put_literal(out, m.element, m.preset->bits[0]);
    bool same = true;
    for (int lane = 1; lane < m.value.lanes; ++lane)
      same = same && m.preset->bits[lane] == m.preset->bits[0];
    put_type(m, out);
    out << '(';
    for (int lane = 0; lane < (same ? 1 : m.value.lanes); ++lane) {
      if (lane != 0)
        out << ", ";
      put_literal(out, m.element, m.preset->bits[lane]);
    }
    out << ')';
  }

  growing<file_constant> all_;
};

} // namespace enigma::detail
