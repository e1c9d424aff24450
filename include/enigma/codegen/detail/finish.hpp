// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/codegen/detail/program_builder.hpp>
#include <enigma/codegen/detail/reserved.hpp>
#include <enigma/codegen/detail/straight_variables.hpp>
#include <enigma/codegen/passes/dead_code.hpp>

namespace enigma::detail {

/// f(m, k) for the memories of the caller that an invoke hands over, each with the function's own number of
/// it.
template <class F>
constexpr void each_buffer(kernel_under_construction const& function, call_detail const& call, F f) {
  int next = 0;
  growing<memory> const& parameters = function.body.memories();
  for (std::size_t k = 0; k < parameters.size(); ++k)
    if (parameters[k].space != memory_space::constant)
      f(call.memories[next++], parameters[k]);
}

/// What the instructions do to the memories.
constexpr void note_accesses(program_builder const& program, builder& b) {
  growing<memory>& memories = b.memories();
  for (std::size_t m = 0; m < memories.size(); ++m)
    memories[m].loaded = memories[m].stored = false;
  for (instruction const& it : b.code()) {
    if (it.code == op::invoke) {
      call_detail const call = call_detail::from(it.imm);
      each_buffer(*program.functions()[static_cast<std::size_t>(call.function)], call,
                  [&](int mine, memory const& parameter) {
                    memory& m = memories[static_cast<std::size_t>(mine)];
                    m.loaded |= parameter.loaded;
                    m.stored |= parameter.stored;
                  });
    }
    if (it.code == op::async_copy) {
      call_detail const copy = call_detail::from(it.imm);
      memories[static_cast<std::size_t>(copy.memories[0])].stored = true;
      memories[static_cast<std::size_t>(copy.memories[1])].loaded = true;
    }
    if (!names_memory(it.code))
      continue;
    memory& m = memories[static_cast<std::size_t>(memory_of(it))];
    bool const stores = is_store(it.code) || it.code == op::atomic_store;
    m.stored |= stores || (is_atomic(it.code) && it.code != op::atomic_load);
    m.loaded |= !stores;
  }
}

/// Gives the buffers that have no index yet the lowest free ones, in their order, and threadgroup memory of
/// the call its own.
constexpr void bind_arguments(char const* kernel, growing<memory>& arguments) {
  constexpr std::int64_t most = 31; // of each kind
  std::int64_t buffers = 0;
  std::int32_t arrays = 0;
  bool taken[most]{};
  auto const is_bound = [](memory const& m) {
    return m.space == memory_space::device || m.space == memory_space::constant;
  };
  for (std::size_t m = 0; m < arguments.size(); ++m) {
    memory& it = arguments[m];
    if (it.space == memory_space::threadgroup)
      it.binding = arrays++;
    else if (is_bound(it) && ++buffers <= most && it.binding >= 0)
      taken[it.binding] = true;
  }
  if (buffers > most)
    refused(
        (sentence("kernel ") << kernel << ": " << buffers
                             << " buffers and scalars; Metal binds at most 31: join arrays in one buffer, "
                                "each from an offset, and numbers in another, or make those function "
                                "constants")
            .lines());
  if (arrays > most)
    refused((sentence("kernel ") << kernel << ": " << std::int64_t{arrays}
                                 << " parameters of threadgroup memory; Metal binds at most 31: join them in "
                                    "one, each from an offset")
                .lines());
  std::int32_t next = 0;
  for (std::size_t m = 0; m < arguments.size(); ++m) {
    if (!is_bound(arguments[m]) || arguments[m].binding >= 0)
      continue;
    while (taken[next])
      ++next;
    arguments[m].binding = next++;
  }
}

/// Gives the function constants that have no index yet the lowest free ones, in their order.
constexpr void bind_constants(program_builder& program) {
  growing<parameter>& parameters = program.parameters();
  auto const is_taken = [&](std::int32_t index) {
    for (parameter const& p : parameters)
      if (p.access == access::constant && p.binding == index)
        return true;
    return false;
  };
  std::int32_t next = 0;
  for (std::size_t p = 0; p < parameters.size(); ++p) {
    parameter& it = parameters[p];
    if (it.access != access::constant)
      continue;
    if (it.binding < 0) {
      while (is_taken(next))
        ++next;
      it.binding = next;
    }
    for (auto* k : program.kernels())
      for (std::size_t m = 0; m < k->body.memories().size(); ++m)
        if (k->body.memories()[m].argument == static_cast<std::int32_t>(p))
          k->body.memories()[m].binding = it.binding;
  }
}

/// Settles which memories a kernel has, once its body is known: what it really loads and stores, which
/// arguments it keeps, and where they are bound.
constexpr void settle_memories(program_builder const& program, builder& b, bool keep_all_arguments) {
  note_accesses(program, b);
  growing<memory>& memories = b.memories();
  instruction* const code = b.code().data();
  std::size_t const size = b.code().size();

  // Arguments in the order of the call, then threadgroup arrays in the order of their making.
  growing<memory> kept;
  zeroed<std::int64_t> renumbered(memories.size());
  std::int32_t arguments = 0;
  for (memory const& m : memories)
    if (arguments <= m.argument)
      arguments = m.argument + 1;
  for (std::int32_t argument = 0; argument < arguments; ++argument)
    for (std::size_t m = 0; m < memories.size(); ++m)
      if (memories[m].argument == argument &&
          ((keep_all_arguments && memories[m].space != memory_space::function_constant) ||
           memories[m].loaded || memories[m].stored)) {
        renumbered[m] = static_cast<std::int64_t>(kept.size());
        kept.push_back(memories[m]);
        if (!keep_all_arguments &&
            !memories[m].atomic) { // a jit function's tensors: what is done to them is what they are for
          kept.back().may_load = memories[m].loaded;
          kept.back().may_store = memories[m].stored;
        }
      }
  bind_arguments(b.name(), kept);
  for (std::size_t m = 0; m < memories.size(); ++m)
    if (memories[m].argument < 0) {
      renumbered[m] = static_cast<std::int64_t>(kept.size());
      kept.push_back(memories[m]);
    }
  for (std::size_t i = 0; i < size; ++i) {
    if (names_memory(code[i].code))
      code[i].imm = field_in_memory(renumbered[memory_of(code[i])], field_of(code[i]));
    if (!has_call_detail(code[i].code))
      continue;
    call_detail call = call_detail::from(code[i].imm);
    for (int& m : call.memories)
      if (m >= 0)
        m = static_cast<int>(renumbered[m]);
    code[i].imm = call.bits();
  }
  memories.swap(kept);
}

/// Refuses a position that is asked for in two types, and two of different types where MSL wants one.
constexpr void check_positions(builder const& b) {
  struct asked {
    instruction const* as_u32 = nullptr;
    instruction const* as_u16 = nullptr;
  };
  constexpr int queries = static_cast<int>(query::count_),
                families = 1 + static_cast<int>(one_type::quadgroup);
  asked of[families + queries]; // by family, and by itself where it has none
  auto const disagree = [&](instruction const& i, instruction const& other) {
    refused((sentence("kernel ") << b.name() << ": " << info(query_of(i)).attribute << " is asked for as "
                                 << ir_name(i.type.element) << " and " << info(query_of(other)).attribute
                                 << " as " << ir_name(other.type.element) << "; Metal wants them of one type")
                .lines());
  };
  for (instruction const& i : b.code()) {
    if (i.code != op::query)
      continue;
    auto const family = static_cast<int>(info(query_of(i)).with);
    asked& a = of[family != 0 ? family : families + static_cast<int>(query_of(i))];
    bool const wide = i.type == type_of<u32>;
    (wide ? a.as_u32 : a.as_u16) = &i;
    if (a.as_u32 != nullptr && a.as_u16 != nullptr)
      disagree(i, wide ? *a.as_u16 : *a.as_u32);
  }
  // The index is computed from the positions, and not cut.
  instruction const* const positions = of[static_cast<int>(one_type::threadgroup)].as_u32;
  instruction const* const index = of[families + static_cast<int>(query::thread_index_in_threadgroup)].as_u16;
  if (positions != nullptr && index != nullptr &&
      query_of(*positions) == query::thread_position_in_threadgroup)
    disagree(*index, *positions);
}

constexpr void check_name(char const* what, char const* name) {
  if (!is_identifier(name))
    refused((sentence(what) << " \"" << name
                            << "\" is not a name that MSL can use: a name is letters, digits and _, and no "
                               "digit first")
                .lines());
  if (!is_reserved(name))
    return;
  text other;
  other << name << '_';
  if (is_reserved(other.view()))
    refused((sentence(what) << " \"" << name
                            << "\" is not a name that MSL can use: compilers keep such to themselves")
                .lines());
  refused((sentence(what) << " \"" << name << "\" is not a name that MSL can use: it has a meaning there; "
                          << name << "_ has none")
              .lines());
}

constexpr void check_block(char const* name, extent3 block) {
  if (block.volume() > 1024)
    refused((sentence("kernel ") << name << ": a block of (" << static_cast<std::int64_t>(block.x) << ","
                                 << static_cast<std::int64_t>(block.y) << ","
                                 << static_cast<std::int64_t>(block.z) << ") has "
                                 << static_cast<std::int64_t>(block.volume())
                                 << " threads; Metal allows at most 1024 in a threadgroup")
                .lines());
}

/// What in a kernel has no meaning where NaN and infinity are assumed away; null if nothing has.
constexpr char const* wants_special_values(builder const& b) {
  for (instruction const& it : b.code()) {
    if (it.code >= op::isfinite && it.code <= op::isunordered && it.code != op::signbit)
      return info(it.code).name;
    if (it.code == op::constant && it.type.is_floating()) {
      std::int64_t const exponent = it.type.element == element_kind::float32   ? 0x7f800000
                                    : it.type.element == element_kind::float16 ? 0x7c00
                                                                               : 0x7f80;
      if ((it.imm & exponent) == exponent)
        return "a constant that is an infinity or a NaN";
    }
  }
  return nullptr;
}

constexpr void settle_math(kernel_under_construction& k) {
  char const* const special = wants_special_values(k.body);
  if (special == nullptr)
    return;
  if (k.math == math_mode::fast)
    refused((sentence("kernel ") << k.body.name() << " has " << special
                                 << ", which math_mode::fast assumes away; use math_mode::relaxed or safe")
                .lines());
  if (k.math == math_mode::as_compiled)
    k.math = math_mode::relaxed;
}

constexpr void check_max_threads(kernel_under_construction const& k) {
  if (k.max_threads != 0 && !k.block.is_open() && k.block.volume() > k.max_threads)
    refused((sentence("kernel ") << k.body.name() << ": a block has "
                                 << static_cast<std::int64_t>(k.block.volume())
                                 << " threads, and max_threads is "
                                 << static_cast<std::int64_t>(k.max_threads))
                .lines());
}

/// Leaves out the functions that nothing calls, and renumbers the others.
constexpr void settle_functions(program_builder& program) {
  growing<function_under_construction*>& functions = program.functions();
  if (functions.empty())
    return;
  auto const mark = [&](builder const& b) {
    for (instruction const& it : b.code())
      if (is_call(it.code))
        functions[static_cast<std::size_t>(call_detail::from(it.imm).function)]->used = true;
  };
  for (auto const* k : program.kernels())
    mark(k->body);
  for (std::size_t f = functions.size(); f-- > 0;) // who calls stands behind who is called
    if (functions[f]->used)
      mark(functions[f]->body);
  zeroed<int> const renumbered(functions.size());
  std::size_t kept = 0;
  for (std::size_t f = 0; f < functions.size(); ++f) {
    renumbered[f] = static_cast<int>(kept);
    if (functions[f]->used)
      functions[kept++] = functions[f];
    else
      delete functions[f];
  }
  functions.shrink(kept);
  auto const renumber = [&](builder& b) {
    for (std::size_t i = 0; i < b.code().size(); ++i)
      if (instruction& it = b.code()[i]; is_call(it.code)) {
        call_detail call = call_detail::from(it.imm);
        call.function = renumbered[call.function];
        it.imm = call.bits();
      }
  };
  for (auto* k : program.kernels())
    renumber(k->body);
  for (std::size_t f = 0; f < kept; ++f) {
    renumber(functions[f]->body);
    for (auto const* k : program.kernels())
      if (same_text(k->body.name(), functions[f]->body.name()))
        refused(
            (sentence(program.name()) << ": a kernel and a function are called " << k->body.name()).lines());
  }
}

/// What a launch reads of a temporary, one before it has written.
constexpr void check_temporaries(program_builder const& program) {
  for (std::size_t p = 0; p < program.parameters().size(); ++p) {
    parameter const& it = program.parameters()[p];
    bool written = !it.temporary;
    for (auto const* k : program.kernels())
      for (memory const& m : k->body.memories()) {
        if (written || m.argument != static_cast<std::int32_t>(p))
          continue;
        if (m.loaded && !m.stored)
          refused((sentence(program.name()) << ": launch " << k->body.name() << " reads the temporary "
                                            << it.name << ", which no launch before it has written")
                      .lines());
        written = m.stored;
      }
  }
}

/// Cleans up and checks every kernel of a program after its tracing.
constexpr void finish(program_builder& program, bool keep_all_arguments) {
  bind_constants(program);
  for (auto* f : program.functions()) {
    check_name("the function name", f->body.name());
    replace_straight_variables(f->body);
    dead_code(f->body).remove();
    settle_math(*f);
    note_accesses(program, f->body);
  }
  for (auto* k : program.kernels()) {
    check_name("the kernel name", k->body.name());
    check_block(k->body.name(), k->block);
    check_max_threads(*k);
    replace_straight_variables(k->body);
    dead_code(k->body).remove();
    check_positions(k->body);
    settle_math(*k);
    settle_memories(program, k->body, keep_all_arguments);
  }
  settle_functions(program);
  check_temporaries(program);
  for (std::size_t p = 0; p < program.parameters().size(); ++p) {
    parameter& it = program.parameters()[p];
    if (!is_identifier(it.name))
      check_name("the parameter name", it.name);
    bool loaded = false, stored = false;
    for (auto const* k : program.kernels())
      for (memory const& m : k->body.memories())
        if (m.argument == static_cast<std::int32_t>(p)) {
          loaded |= m.loaded, stored |= m.stored;
          if (it.elements < m.elements)
            it.elements = m.elements;
        }
    // A tensor's direction is what the kernels do with it.
    if (!keep_all_arguments && is_buffer(it.access) && !it.atomic)
      it.access = loaded && stored ? access::inout : stored ? access::out : access::in;
  }
}

} // namespace enigma::detail
