// SPDX-License-Identifier: MIT
// One call, twice: by the executor from the intermediate representation, by the machine from the text.
#pragma once

#include "witness.hpp"

#include <audit.hpp>

#include <enigma/runtime.hpp>

namespace witness {

namespace detail {
inline std::size_t bytes_of_element(eg::element_kind kind) {
  return static_cast<std::size_t>(eg::size_in_bytes(kind));
}

inline std::size_t bytes_of_element(eg::detail::host_argument const& a) {
  return a.record != nullptr ? a.record->bytes : bytes_of_element(a.element);
}

/// Elements of structs, vectors or matrices, field by field. What lies between fields is nobody's.
inline bool equal_records(std::string const& other, std::string const& name, eg::record const& r,
                          unsigned char const* executor, bytes const& text) {
  for (std::size_t e = 0; e < text.size() / r.bytes; ++e)
    for (int f = 0; f < r.count; ++f) {
      eg::record_field const& field = r.fields[f];
      if (field.nested != nullptr)
        continue; // its own fields follow
      auto const components = static_cast<std::uint32_t>(field.type.elements());
      for (std::uint32_t n = 0; n < components * (field.elements != 0 ? field.elements : 1); ++n) {
        std::uint32_t const c = n % components;
        std::size_t const at = e * r.bytes + field.offset +
                               n / components * eg::detail::room_of(field.type, field.packed).bytes +
                               eg::detail::offset_of_element(field.type, field.packed, c);
        auto const agree = [&]<class T>(T x) {
          T y = x;
          std::memcpy(&x, executor + at, sizeof x);
          std::memcpy(&y, text.data() + at, sizeof y);
          return same(x, y);
        };
        eg::element_kind const k = field.type.element;
        bool const right = k == eg::element_kind::float32   ? agree(0.0f)
                           : k == eg::element_kind::float16 ? agree(eg::f16())
                           : k == eg::element_kind::bfloat16
                               ? agree(eg::bf16())
                               : std::memcmp(executor + at, text.data() + at, bytes_of_element(k)) == 0;
        if (!right) {
          ADD_FAILURE() << name << "[" << e << "]." << field.name << ", component " << n
                        << ": the executor gives another value than the " << other;
          return false;
        }
      }
    }
  return true;
}

inline bytes copy(eg::detail::host_argument const& a, eg::parameter const& p) {
  std::size_t const element = bytes_of_element(p.element);
  if (a.access == eg::access::threadgroup)
    return bytes(a.length * static_cast<std::size_t>(eg::detail::element_bytes(p.element, p.record)));
  if (a.access == eg::access::constant) { // three lanes take the place of four
    bytes all;
    for (std::size_t lane = 0; lane < a.length; ++lane)
      for (unsigned char const byte :
           bytes_of(reinterpret_cast<unsigned char const*>(&a.lanes.bits[lane]), element))
        all.push_back(byte);
    all.resize(a.length == 3 ? 4 * element : all.size());
    return all;
  }
  if (a.data != nullptr)
    return bytes_of(static_cast<unsigned char const*>(a.data), a.length * bytes_of_element(a));
  return bytes_of(reinterpret_cast<unsigned char const*>(&a.bits), bytes_of_element(a.element));
}

/// A temporary, or the number of elements of a vectorised kernel.
inline bytes not_given(eg::parameter const& p, shape const& size) {
  return p.counts_elements ? bytes_of(&size.total.x, 1)
                           : bytes(static_cast<std::size_t>(p.elements) * bytes_of_element(p.element));
}

/// The outputs of the executor, in the memory of the call, and those of the text.
inline bool equal_outputs(std::string const& other, eg::compiled_kernel const& k,
                          std::vector<eg::detail::host_argument> const& list,
                          std::vector<bytes> const& text) {
  bool right = true;
  for (std::size_t i = 0; i < list.size(); ++i) {
    std::string const name(k.parameters()[i].name);
    auto const compare = [&]<class T>(T const* data) {
      right &= equal(other, name, data, list[i].length, text[i]);
    };
    if (list[i].data == nullptr)
      continue;
    if (list[i].record != nullptr) {
      right &= equal_records(other, name, *list[i].record, static_cast<unsigned char const*>(list[i].data),
                             text[i]);
      continue;
    }
    switch (list[i].element) {
    case eg::element_kind::boolean:
      compare(static_cast<bool const*>(list[i].data));
      break;
    case eg::element_kind::int8:
      compare(static_cast<eg::i8 const*>(list[i].data));
      break;
    case eg::element_kind::uint8:
      compare(static_cast<eg::u8 const*>(list[i].data));
      break;
    case eg::element_kind::int16:
      compare(static_cast<eg::i16 const*>(list[i].data));
      break;
    case eg::element_kind::uint16:
      compare(static_cast<eg::u16 const*>(list[i].data));
      break;
    case eg::element_kind::int32:
      compare(static_cast<eg::i32 const*>(list[i].data));
      break;
    case eg::element_kind::uint32:
      compare(static_cast<eg::u32 const*>(list[i].data));
      break;
    case eg::element_kind::int64:
      compare(static_cast<eg::i64 const*>(list[i].data));
      break;
    case eg::element_kind::uint64:
      compare(static_cast<eg::u64 const*>(list[i].data));
      break;
    case eg::element_kind::float16:
      compare(static_cast<eg::f16 const*>(list[i].data));
      break;
    case eg::element_kind::bfloat16:
      compare(static_cast<eg::bf16 const*>(list[i].data));
      break;
    case eg::element_kind::float32:
      compare(static_cast<eg::f32 const*>(list[i].data));
      break;
    default:
      ADD_FAILURE() << name << " has elements that this comparison does not know";
      right = false;
    }
  }
  return right;
}
} // namespace detail

/// Checks the text of a kernel, and runs all its launches: by the executor on the arguments themselves, and
/// by the machine on copies of them, once as they are and once with every access examined. Outputs have to be
/// the same, bit by bit. Gives whether all was well.
template <class... Args>
bool both(eg::compiled_kernel const& k, shape const& size, Args const&... arguments) {
  SCOPED_TRACE(std::string(k.kernel_name()));
  std::vector<eg::detail::host_argument> const list{eg::detail::to_argument(arguments)...};
  std::vector<bytes> before;
  for (std::size_t i = 0; i < list.size(); ++i)
    before.push_back(detail::copy(list[i], k.parameters()[i]));
  for (eg::parameter const& p : k.parameters().subspan(list.size())) // what no call gives
    before.push_back(detail::not_given(p, size));

  eg::runtime rt(eg::backend::cpu, 2);
  bool const open = k.launches()[0].grid.is_open();
  rt.execute(k, open ? size.dispatch() : eg::dispatch{}, arguments...);

  auto const source = tool::prepare_text(std::string(k.metal_source()), "emitted.metal");
  std::string const words = objections(source);
  EXPECT_EQ(words, "") << k.metal_source();
  bool right = words.empty();
  for (tool::object_kind const kind : {tool::object_kind::plain, tool::object_kind::checked}) {
    tool::kernel_object const object(source, kind, constants_of(k, before), options());
    if (!object.good()) {
      ADD_FAILURE() << tool::print(object.result().diagnostics) << k.metal_source();
      return false;
    }
    std::vector<bytes> text = before;
    for (eg::kernel_ir const& ir : k.launches()) {
      tool::report const report = run(object, ir.name, ir, size, text);
      EXPECT_TRUE(report.good()) << report.print() << k.metal_source();
      right &= report.good();
    }
    right &= detail::equal_outputs(object.checked() ? "text under the detector" : "text", k, list, text);
  }
  EXPECT_TRUE(right) << k.metal_source();
  return right;
}

/// The barrier audit of a kernel that is the only launch: each barrier is left out in turn, and the detector
/// has to object. Gives the barriers without which nothing goes wrong.
template <class... Args>
std::vector<std::string> idle_barriers(eg::compiled_kernel const& k, shape const& size,
                                       Args const&... arguments) {
  std::vector<bytes> given;
  for (eg::detail::host_argument const& a : {eg::detail::to_argument(arguments)...})
    given.push_back(detail::copy(a, k.parameters()[given.size()]));
  eg::kernel_ir const& ir = k.launches()[0];
  tool::audit_result const result =
      tool::audit(tool::prepare_text(std::string(k.metal_source()), "emitted.metal"), ir.name,
                  launch_of(ir, size, given), constants_of(k, given), options());
  EXPECT_TRUE(result.whole.good()) << result.whole.print() << tool::print(result.diagnostics);
  EXPECT_FALSE(result.barriers.empty()) << k.metal_source();
  std::vector<std::string> idle;
  for (tool::audited_barrier const& b : result.barriers)
    if (!b.needed)
      idle.push_back(b.what);
  return idle;
}

} // namespace witness
