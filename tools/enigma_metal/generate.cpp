// SPDX-License-Identifier: MIT
#include "generate.hpp"

#include "inputs.hpp"

#include <algorithm>
#include <cstdio>
#include <fmt/format.h>
#include <iterator>

namespace enigma::metal_tool {

std::string_view prelude_text() {
  return R"(#pragma once
#pragma clang system_header
#include <metal_stdlib>
#include <detail/machine.h>

namespace metal_host_tool {

// (float4)x is cast<float4>() ->* x: that binds as tightly as a cast does.
template <class V>
struct cast {};
template <class V, class A>
inline __attribute__((__always_inline__, __nodebug__)) constexpr V operator->*(cast<V>, A a) {
  return metal_host::make<V>(a);
}

// f({a, b}): see list_argument() of the rewriter.
// A number among the arguments, which no longer is a constant, may become another one without being "narrowed".
template <class A>
struct piece_of {
  A a;
  template <class U, metal_host::only_if_t<__is_convertible_to(A, U), int> = 0>
  constexpr operator U() const { return static_cast<U>(a); }
};
template <class T, class... A>
constexpr auto takes(int) -> decltype(T{metal::declval<A>()...}, true) { return true; }
template <class T, class... A>
constexpr bool takes(long) { return false; }
template <class T, class... A>
constexpr bool is_made_of = metal_host::is_vector<T> ? metal_host::count_of<T> == sizeof...(A)
                            : __is_class(T) && !metal_host::is_number<T> &&
                                  (takes<T, A...>(0) || takes<T, piece_of<A>...>(0));
template <class T, class... A>
inline __attribute__((__always_inline__, __nodebug__)) constexpr T from_list(A... a) {
  if constexpr (metal_host::is_vector<T>)
    return metal_host::make<T>(a...);
  else if constexpr (takes<T, A...>(0))
    return T{a...};
  else
    return T{piece_of<A>{a}...};
}
template <class A, class B>
struct list_of_2 {
  A a;
  B b;
  template <class T, metal_host::only_if_t<is_made_of<T, A, B>, int> = 0>
  constexpr operator T() const { return from_list<T>(a, b); }
};
template <class A, class B, class C>
struct list_of_3 {
  A a;
  B b;
  C c;
  template <class T, metal_host::only_if_t<is_made_of<T, A, B, C>, int> = 0>
  constexpr operator T() const { return from_list<T>(a, b, c); }
};
template <class A, class B, class C, class D>
struct list_of_4 {
  A a;
  B b;
  C c;
  D d;
  template <class T, metal_host::only_if_t<is_made_of<T, A, B, C, D>, int> = 0>
  constexpr operator T() const { return from_list<T>(a, b, c, d); }
};
template <class A, class B>
constexpr list_of_2<A, B> list(A a, B b) { return {a, b}; }
template <class A, class B, class C>
constexpr list_of_3<A, B, C> list(A a, B b, C c) { return {a, b, c}; }
template <class A, class B, class C, class D>
constexpr list_of_4<A, B, C, D> list(A a, B b, C c, D d) { return {a, b, c, d}; }

template <class T>
constexpr unsigned long element_bytes = sizeof(T);
template <class T, unsigned long N>
constexpr unsigned long element_bytes<T[N]> = element_bytes<T>;

template <unsigned long Bytes>
constexpr bool fits = Bytes <= 32768;

template <class P>
struct input {
  static_assert(sizeof(P) == 0, "a built-in input is a ushort, ushort2, ushort3, uint, uint2 or uint3");
};
#define METAL_HOST_TOOL_INPUT(S)                                                                               \
  template <>                                                                                                  \
  struct input<S> {                                                                                            \
    static S of(unsigned const* p) { return S(*p); }                                                           \
  };                                                                                                           \
  template <>                                                                                                  \
  struct input<metal_host::vector_t<S, 2>> {                                                                   \
    static metal_host::vector_t<S, 2> of(unsigned const* p) { return {S(p[0]), S(p[1])}; }                     \
  };                                                                                                           \
  template <>                                                                                                  \
  struct input<metal_host::vector_t<S, 3>> {                                                                   \
    static metal_host::vector_t<S, 3> of(unsigned const* p) { return {S(p[0]), S(p[1]), S(p[2])}; }            \
  };
METAL_HOST_TOOL_INPUT(ushort)
METAL_HOST_TOOL_INPUT(uint)

struct one_number {
  unsigned numbers[1];
};
inline one_number quad(metal_host_thread const& t, int which) {
  unsigned threads = 1;
  unsigned dispatched = 1;
  for (int i = 0; i < 3; ++i) {
    threads *= t.threads_per_threadgroup[i];
    dispatched *= t.dispatch_threads_per_threadgroup[i];
  }
  return {{which == 0   ? t.thread_index_in_threadgroup % 4
           : which == 1 ? t.thread_index_in_threadgroup / 4
           : which == 2 ? (threads + 3) / 4
                        : (dispatched + 3) / 4}};
}

template <class P>
struct memory {
  static_assert(sizeof(P) == 0, "a buffer is a pointer or a reference");
};
template <class T>
constexpr unsigned long size_of = sizeof(T);
template <>
constexpr unsigned long size_of<void> = 1;
template <>
constexpr unsigned long size_of<void const> = 1;
template <class T>
constexpr bool read_only = false;
template <class T>
constexpr bool read_only<T const> = true;

template <class T>
struct plain_type {
  using type = T;
};
#ifndef METAL_HOST_ERASE_SPACES
template <class T>
struct plain_type<device T> {
  using type = T;
};
template <class T>
struct plain_type<device T const> {
  using type = T const;
};
template <class T>
struct plain_type<threadgroup T> {
  using type = T;
};
template <class T>
struct plain_type<threadgroup T const> {
  using type = T const;
};
template <class T>
struct plain_type<constant T> {
  using type = T const;
};
#endif
template <class T>
struct memory<T*> {
  using item = typename plain_type<T>::type;
  static T* of(void* p) { return (T*)(unsigned long)p; }
};
template <class T>
struct memory<T&> {
  using item = typename plain_type<T>::type;
  static T& of(void* p) { return *(T*)(unsigned long)p; }
};

template <class F, int I>
struct parameter_of;
template <class... P, int I>
struct parameter_of<void (*)(P...), I> {
  using type = __type_pack_element<I, P...>;
};

struct parameter {
  char const* name;
  char const* type;
  int kind; // 0 buffer, 1 threadgroup memory, 2 built-in input, 3 something else
  int index;
  unsigned long bytes; // of one element
  int is_read_only;
  int is_reference;
  int is_optional;
};
struct kernel_record {
  char const* name;
  void (*run)(void* const*);
  unsigned parameter_count;
  parameter const* parameters;
};

} // namespace metal_host_tool
)";
}

namespace {

std::string escaped(std::string_view text) {
  std::string all;
  for (char const c : text) {
    if (c == '"' || c == '\\')
      all += '\\';
    all += c == '\n' ? ' ' : c;
  }
  return all;
}

int free_index(std::vector<int>& taken, parameter const& p, std::string_view attribute_name) {
  attribute const* const a = p.find(attribute_name);
  int index = 0;
  if (a != nullptr && a->has_argument && std::sscanf(a->argument.c_str(), "%d", &index) == 1)
    return index;
  while (std::find(taken.begin(), taken.end(), index) != taken.end())
    ++index;
  return index;
}

} // namespace

std::string entries(scanned_file const& file) {
  std::string all = fmt::format(
      "\n#line 1 \"kernel-entries\"\n#pragma clang diagnostic ignored \"-Wall\"\n#include \"{}\"\n",
      prelude_name);
  auto out = std::back_inserter(all);
  std::string table;
  for (std::size_t k = 0; k < file.kernels.size(); ++k) {
    kernel_entry const& e = file.kernels[k];
    function const& f = file.functions[e.function];
    std::string arguments;
    std::string records;
    std::vector<int> taken[2];
    for (int pass = 0; pass < 2; ++pass) // those with an index come first
      for (parameter const& p : f.parameters)
        for (int kind = 0; kind < 2; ++kind) {
          attribute const* const a = p.find(kind == 0 ? "buffer" : "threadgroup");
          if (a != nullptr && pass == 0)
            taken[kind].push_back(free_index(taken[kind], p, a->name));
        }
    for (std::size_t i = 0; i < f.parameters.size(); ++i) {
      parameter const& p = f.parameters[i];
      std::string const type =
          fmt::format("metal_host_tool::parameter_of<metal_host_type_of_{}, {}>::type", k, i);
      builtin_input const* input = nullptr;
      for (attribute const& a : p.attributes)
        if (builtin_input const* found = find_input(a.name))
          input = found;
      if (!arguments.empty())
        arguments += ",\n";
      if (input != nullptr) {
        arguments += fmt::format("  metal_host_tool::input<{}>::of({})", type, input->expression);
        fmt::format_to(std::back_inserter(records), "  {{\"{}\", \"{}\", 2, 0, 0, 0, 0, 0}},\n", p.name,
                       escaped(p.type));
        continue;
      }
      bool const shared = p.find("threadgroup") != nullptr ||
                          (p.find("buffer") == nullptr && p.type.find("threadgroup") != std::string::npos);
      int const index = free_index(taken[shared ? 1 : 0], p, shared ? "threadgroup" : "buffer");
      taken[shared ? 1 : 0].push_back(index);
      arguments += fmt::format("  metal_host_tool::memory<{}>::of(metal_host_arguments[{}])", type, i);
      fmt::format_to(
          std::back_inserter(records),
          "  {{\"{0}\", \"{1}\", {2}, {3}, metal_host_tool::size_of<metal_host_tool::memory<{4}>::item>, "
          "metal_host_tool::read_only<metal_host_tool::memory<{4}>::item>, {5}, {6}}},\n",
          p.name, escaped(p.type), shared ? 1 : 0, index, type, p.type.find('&') != std::string::npos ? 1 : 0,
          p.find("function_constant") != nullptr ? 1 : 0);
    }
    fmt::format_to(out,
                   "using metal_host_type_of_{0} = decltype({1})*;\n"
                   "static void metal_host_kernel_{0}(void* const* metal_host_arguments) {{\n"
                   "  metal_host_thread const* const metal_host_here = metal_host_self();\n"
                   "  (void)metal_host_here;\n  (void)metal_host_arguments;\n"
                   "  {1}(\n{2});\n}}\n",
                   k, e.expression, arguments);
    if (!records.empty())
      fmt::format_to(out, "static metal_host_tool::parameter const metal_host_parameters_{}[] = {{\n{}}};\n",
                     k, records);
    table += fmt::format("  {{\"{}\", metal_host_kernel_{}, {}, {}}},\n", escaped(e.host_name), k,
                         f.parameters.size(),
                         records.empty() ? "nullptr" : fmt::format("metal_host_parameters_{}", k));
  }
  fmt::format_to(
      out,
      "extern \"C\" __attribute__((visibility(\"default\"))) unsigned const metal_host_kernel_count;\n"
      "extern \"C\" __attribute__((visibility(\"default\"))) metal_host_tool::kernel_record const "
      "metal_host_kernels[];\n"
      "unsigned const metal_host_kernel_count = {};\n"
      "metal_host_tool::kernel_record const metal_host_kernels[] = {{\n{}  {{nullptr, nullptr, 0, "
      "nullptr}}}};\n",
      file.kernels.size(), table);
  return all;
}

} // namespace enigma::metal_tool
