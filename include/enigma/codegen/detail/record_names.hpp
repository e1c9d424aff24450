// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/codegen/detail/names.hpp>

namespace enigma::detail {

/// The structs of a program's memories and what MSL calls them: their own names, unless those mean something
/// in MSL or are those of a kernel, a function or another struct.
class record_names {
public:
  constexpr explicit record_names(array_view<kernel_ir> kernels) {
    for (kernel_ir const& k : kernels)
      for (memory const& m : k.memories)
        if (m.record != nullptr)
          add(*m.record);
    if (records_.empty())
      return;
    name_book names;
    for (kernel_ir const& k : kernels)
      names.add({k.name});
    for (std::size_t f = 0; f < kernels[0].function_count; ++f)
      names.add({kernels[0].functions[f].name});
    for (record const* r : records_)
      names_.push_back(names.unused(r->name));
  }

  constexpr given_name name_of(record const& r) const {
    for (std::size_t i = 0; i < records_.size(); ++i)
      if (records_[i] == &r)
        return names_[i];
    return {r.name};
  }
  constexpr growing<given_name> const& names() const { return names_; }

  /// The struct's name, or MSL's for a vector or a matrix.
  constexpr void put(record const& r, text& out) const {
    if (r.is_struct)
      put_name(name_of(r), out);
    else
      put_type(r.fields[0], out);
  }
  /// ".inner.mass"; nothing where the element is the value.
  constexpr void put_path(record const& r, int field, text& out) const {
    record_field const& f = r.fields[field];
    if (f.parent >= 0)
      put_path(r, f.parent, out);
    if (*f.name == '\0')
      return;
    out << '.';
    put_field_name(f, out);
  }

  /// What stands before the kernels; structs before those that have them as fields.
  constexpr void declare(text& out) const {
    for (record const* r : records_) {
      out << "\nstruct ";
      put_name(name_of(*r), out);
      out << " {\n";
      for (int f = 0; f < r->count; ++f) {
        record_field const& field = r->fields[f];
        if (field.parent >= 0)
          continue;
        out << "  ";
        if (field.nested != nullptr)
          put(*field.nested, out);
        else
          put_type(field, out);
        out << ' ';
        put_field_name(field, out);
        if (field.elements != 0)
          out << '[' << static_cast<std::int64_t>(field.elements) << ']';
        out << ";\n";
      }
      out << "};\n";
    }
  }

private:
  constexpr void add(record const& r) {
    if (!r.is_struct)
      return;
    for (record const* known : records_)
      if (known == &r)
        return;
    for (int f = 0; f < r.count; ++f)
      if (r.fields[f].nested != nullptr)
        add(*r.fields[f].nested);
    records_.push_back(&r);
  }
  static constexpr void put_field_name(record_field const& f, text& out) {
    out << f.name;
    if (is_reserved(f.name))
      out << '_';
  }
  static constexpr void put_type(record_field const& f, text& out) {
    out << (f.packed ? "packed_" : "") << msl_name(f.type.element);
    if (f.type.columns > 1)
      out << static_cast<int>(f.type.columns) << 'x';
    if (f.type.lanes > 1)
      out << static_cast<int>(f.type.lanes);
  }

  growing<record const*> records_;
  growing<given_name> names_;
};

} // namespace enigma::detail
