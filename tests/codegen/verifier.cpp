// SPDX-License-Identifier: MIT
// The verifier: every rule of well-formed kernels is shown to be broken once, and kernels are well formed
// when they have been recorded and after each pass.
#include "../runtime/hand_made.hpp"
#include "kernels.hpp"
#include "random_kernel.hpp"

#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace {

using namespace hand_made;
using eg::f32;
using eg::i32;
using eg::u32;

// ---- Malformed kernels -----------------------------------------------------------------------------------

/// What the verifier says about a kernel that `build` has made.
template <class Build>
std::string complaint_about(Build build) {
  kernel k;
  k.in<f32>("X");
  k.out<f32>("Out");
  build(k);
  eg::ir_complaint const c = eg::verify_ir(k.ir(eg::extent3::open(), eg::extent3::open()));
  return c.empty() ? "nothing" : std::to_string(c.at) + ": " + c.words;
}
#define EXPECT_COMPLAINT(words, ...) EXPECT_EQ(complaint_about([](kernel& k) { __VA_ARGS__; }), words)

constexpr eg::type vector{element_kind::float32, 4};
constexpr eg::type words{element_kind::uint32, 4};

TEST(verifier, structure) {
  EXPECT_COMPLAINT("nothing", k.store(1, k.gid(), k.load(0, k.gid())));
  EXPECT_COMPLAINT("0: there is no such operation", k.emit(op::count_, none));
  EXPECT_COMPLAINT("0: an operand is missing", k.emit(op::sqrt, t<f32>));
  EXPECT_COMPLAINT("0: an operand is missing", k.emit(op::sqrt, t<f32>, {7}));
  EXPECT_COMPLAINT("1: it has an operand too many", k.gid(); k.emit(op::neg, t<u32>, {0, 0}));
  EXPECT_COMPLAINT("0: an operand is used before it is known", k.emit(op::neg, t<u32>, {1});
                   k.emit(op::bit_not, t<u32>, {0}));
  EXPECT_COMPLAINT("3: an operand has no value", k.store(1, k.gid(), k.constant(1.0f));
                   k.emit(op::neg, t<f32>, {2}));
  EXPECT_COMPLAINT("0: nothing is open", k.emit(op::end, none));
  EXPECT_COMPLAINT("1: it has no end", k.if_(k.constant(true)));
  EXPECT_COMPLAINT("0: it has no test", k.while_(); k.end());
  EXPECT_COMPLAINT("0: it belongs to no if", k.emit(op::else_, none));
  EXPECT_COMPLAINT("3: it belongs to no if", k.if_(k.constant(true)); k.else_(); k.emit(op::else_, none));
  EXPECT_COMPLAINT("2: it belongs to no while", k.if_(k.constant(true)); k.emit(op::test, none, {0}));
  EXPECT_COMPLAINT("2: it stands in no loop", k.if_(k.constant(true)); k.emit(op::break_, none));
  EXPECT_COMPLAINT("1: the part that it names as the next is another", k.constant(true);
                   k.emit(op::if_, none, {0}, 3); k.emit(op::end, none, {}, 1));
  EXPECT_COMPLAINT("2: the opener that it names is another", k.constant(true); k.emit(op::if_, none, {0}, 2);
                   k.emit(op::end, none, {}, 0));
  EXPECT_COMPLAINT("5: an operand is used outside the region that computes it", k.if_(k.constant(true));
                   auto const x = k.type_same(op::bit_not, k.gid()); k.end(); k.type_same(op::neg, x));
  EXPECT_COMPLAINT("5: an operand of the else branch is computed in the other branch",
                   k.if_(k.constant(true));
                   auto const x = k.type_same(op::bit_not, k.gid()); k.else_(); k.type_same(op::neg, x));
  EXPECT_COMPLAINT("5: an operand is used outside the region that computes it",
                   k.for_(k.constant(0u), k.constant(4u), k.constant(1u));
                   k.end(); k.emit(op::neg, t<u32>, {3}));
  kernel large;
  for (int i = 0; i < eg::no_value; ++i)
    large.emit(op::barrier, none);
  EXPECT_STREQ(eg::verify_ir(large.ir({}, {})).words, "it has too many instructions: the limit is 65534");
  kernel named;
  named.gid();
  eg::kernel_ir ir = named.ir({}, {});
  eg::value_name const name{1, "x"};
  ir.names = {&name, 1};
  EXPECT_STREQ(eg::verify_ir(ir).words, "a name belongs to no instruction");
}

TEST(verifier, types) {
  EXPECT_COMPLAINT("2: it gives no value", k.emit(op::store, t<f32>, {k.gid(), k.constant(1.0f)}, 1));
  EXPECT_COMPLAINT("0: it has no type", k.emit(op::constant, none));
  EXPECT_COMPLAINT("0: it has more bits than its type", k.emit(op::constant, t<eg::u8>, {}, 256));
  EXPECT_COMPLAINT("0: it has more than 4 lanes", k.emit(op::constant, {element_kind::float32, 5}));
  EXPECT_COMPLAINT("0: no such position", k.emit(op::query, t<u32>, {}, 1000));
  EXPECT_COMPLAINT("2: the operands have different types", k.same(op::add, k.gid(), k.constant(1)));
  EXPECT_COMPLAINT("1: the operation does not take this type", k.type_same(op::sqrt, k.gid()));
  EXPECT_COMPLAINT("1: the result has another type", k.emit(op::neg, t<i32>, {k.gid()}));
  EXPECT_COMPLAINT("1: the result is not bool", k.emit(op::eq, t<u32>, {k.gid(), 0}));
  EXPECT_COMPLAINT("1: the result is not i32", k.emit(op::ilogb, t<f32>, {k.constant(1.0f)}));
  EXPECT_COMPLAINT("1: the result is not the unsigned type of that width",
                   k.emit(op::absdiff, t<i32>, {k.constant(1), 0}));
  EXPECT_COMPLAINT("1: the values have another type", k.emit(op::select, t<f32>, {k.constant(1), 0, 0}));
  EXPECT_COMPLAINT("1: the condition does not fit the values",
                   k.emit(op::select, t<i32>, {k.constant(1), 0, 0}));
  EXPECT_COMPLAINT("1: the number of lanes differs", k.emit(op::convert, vector, {k.constant(1)}));
  EXPECT_COMPLAINT("1: the sizes differ", k.emit(op::bitcast, t<eg::i64>, {k.constant(1)}));
  EXPECT_COMPLAINT("1: an element has another type", k.emit(op::make_vector, vector, {k.constant(1)}));
  EXPECT_COMPLAINT("1: it is no vector", k.emit(op::make_vector, t<f32>, {k.constant(1.0f)}));
  EXPECT_COMPLAINT("1: there is no such lane", k.emit(op::extract, t<f32>, {k.constant(1.0f)}, 1));
  EXPECT_COMPLAINT("1: there is no such variant", k.emit(op::sqrt, t<f32>, {k.constant(1.0f)}, 3));
  EXPECT_COMPLAINT("1: the operation does not take a vector of so many lanes",
                   k.emit(op::length, t<f32>, {k.constant(1.0f)}));
  EXPECT_COMPLAINT("0: there is no such barrier", k.emit(op::barrier, none, {}, 8));
  EXPECT_COMPLAINT("1: there is no such group", k.emit(op::simd_sum, t<u32>, {k.gid()}, 2));
  EXPECT_COMPLAINT("0: the result is not one bool", k.emit(op::simd_is_first, t<u32>));
  EXPECT_COMPLAINT("0: the result is not a mask of the lanes", k.emit(op::simd_active_threads_mask, t<u32>));
  EXPECT_COMPLAINT("1: the condition is not one bool", k.emit(op::if_, none, {k.gid()}));
  EXPECT_COMPLAINT("2: the lane is not one u16, u32 or i32",
                   k.emit(op::simd_shuffle, t<u32>, {k.gid(), k.constant(1.0f)}));
}

TEST(verifier, memories_variables_and_loops) {
  EXPECT_COMPLAINT("2: no such memory", k.emit(op::store, none, {k.gid(), k.constant(1.0f)}, 7));
  EXPECT_COMPLAINT("2: the memory does not allow it", k.store(0, k.gid(), k.constant(1.0f)));
  EXPECT_COMPLAINT("1: the memory does not allow it", k.load(1, k.gid()));
  EXPECT_COMPLAINT("0: the memory is of another kind", k.emit(op::argument, t<f32>, {}, 0));
  EXPECT_COMPLAINT("2: the element type is not the memory's", k.store(1, k.gid(), k.constant(1)));
  EXPECT_COMPLAINT("1: the element type is not the memory's", k.emit(op::load, words, {k.gid()}, 0));
  EXPECT_COMPLAINT("nothing", k.in<eg::f16>("H"); k.emit(op::load, words, {k.gid()}, 2));
  EXPECT_COMPLAINT("1: the element type is not the memory's", k.in<bool>("H");
                   k.emit(op::load, words, {k.gid()}, 2));
  EXPECT_COMPLAINT("1: the index is not one integer of 32 or 64 bits", k.load(0, k.constant(eg::u8{1})));
  EXPECT_COMPLAINT("1: the mask is not one bool", k.emit(op::load_if, t<f32>, {k.gid(), 0, 0}, 0));
  EXPECT_COMPLAINT("2: the value instead has another type",
                   k.emit(op::load_if, t<f32>, {k.gid(), k.constant(true), 0}, 0));
  EXPECT_COMPLAINT("1: the memory is atomic", k.memories[0].atomic = true; k.load(0, k.gid()));
  EXPECT_COMPLAINT("1: the memory is not atomic", k.emit(op::atomic_load, t<f32>, {k.gid()}, 0));
  EXPECT_COMPLAINT("2: there is no such atomic of this type", k.memories[0].atomic = true;
                   k.memories[0].may_store = true;
                   k.emit(op::atomic_fetch_min, t<f32>, {k.gid(), k.constant(1.0f)}, 0));
  EXPECT_COMPLAINT("1: the initial value has another type", k.emit(op::declare, t<f32>, {k.gid()}));
  EXPECT_COMPLAINT("1: there is no such variable", k.emit(op::get, t<u32>, {k.gid()}));
  EXPECT_COMPLAINT("2: the variable has another type", k.declare(k.gid()); k.emit(op::get, t<f32>, {1}));
  EXPECT_COMPLAINT("1: the induction value is not one integer of 32 or 64 bits",
                   k.emit(op::for_, t<f32>, {k.constant(1.0f), 0, 0}));
  EXPECT_COMPLAINT("2: its bounds have another type", k.emit(op::for_, t<u32>, {k.gid(), k.constant(1), 0}));
}

// ---- After each pass -------------------------------------------------------------------------------------

eg::kernel_ir view_of(eg::detail::builder const& b) {
  eg::kernel_ir ir;
  ir.name = b.name();
  ir.memories = {b.memories().data(), b.memories().size()};
  ir.code = {b.code().data(), b.code().size()};
  ir.names = {b.names().data(), b.names().size()};
  ir.is_function = b.is_function();
  return ir;
}
bool is_well_formed(eg::detail::builder const& b, char const* after) {
  eg::kernel_ir ir = view_of(b);
  std::vector<eg::kernel_ir> functions;
  for (auto const* f : b.program()->functions())
    functions.push_back(view_of(f->body));
  ir.functions = functions.data();
  ir.function_count = functions.size();
  eg::ir_complaint const c = eg::verify_ir(ir);
  if (c.empty())
    return true;
  eg::detail::text text;
  emit_ir(ir, text);
  ADD_FAILURE() << "after " << after << ": instruction " << c.at << ": " << c.words << "\n" << text.view();
  return false;
}
template <class Definition>
bool is_well_formed_throughout(Definition const& definition, eg::compile_options const& options) {
  eg::detail::program_builder program(definition.name);
  eg::detail::trace(program, definition, options, nullptr, 0);
  for (auto* k : program.kernels()) {
    if (!is_well_formed(k->body, "recording"))
      return false;
    eg::detail::dead_code(k->body).remove();
    if (!is_well_formed(k->body, "dead_code"))
      return false;
    eg::detail::settle_memories(program, k->body, true);
    if (!is_well_formed(k->body, "settle_memories"))
      return false;
  }
  return true;
}

constexpr eg::record_field curve_fields[] = {{"mass", t<f32>, false, -1, 0, 0, nullptr},
                                             {"weights", t<f32>, false, -1, 4, 4, nullptr}};
constexpr eg::record curve{"curve", 20, 4, curve_fields, 2, true};
constexpr std::int64_t mass = 0, weights = std::int64_t{1} << 16;

TEST(verifier, fields_of_structs) {
  EXPECT_COMPLAINT("nothing", k.memories[0].record = &curve; k.gid();
                   k.emit(op::load_field, t<f32>, {0, 0}, weights);
                   k.emit(op::load_field, t<f32>, {0}, mass));
  EXPECT_COMPLAINT("1: an element is named of a field that is no array, or none of one that is",
                   k.memories[0].record = &curve;
                   k.gid(); k.emit(op::load_field, t<f32>, {0}, weights));
  EXPECT_COMPLAINT("1: an element is named of a field that is no array, or none of one that is",
                   k.memories[0].record = &curve;
                   k.gid(); k.emit(op::load_field, t<f32>, {0, 0}, mass));
  EXPECT_COMPLAINT("2: the element of an array is not one integer of 32 or 64 bits",
                   k.memories[0].record = &curve;
                   k.gid(); k.constant(1.0f); k.emit(op::load_field, t<f32>, {0, 1}, weights));
  EXPECT_COMPLAINT("2: it has an operand too many", k.memories[0].record = &curve; k.gid(); k.constant(1.0f);
                   k.emit(op::load_field, t<f32>, {0, 0, 0}, weights));
  EXPECT_COMPLAINT("1: the element has no such field", k.memories[0].record = &curve; k.gid();
                   k.emit(op::load_field, t<f32>, {0}, 2 * weights));
  EXPECT_COMPLAINT("1: the element has no such field", k.memories[0].record = &curve; k.gid();
                   k.emit(op::load_field, t<i32>, {0, 0}, weights));
  // Of an argument the elements of arrays alone are loaded, and those of no function constant.
  EXPECT_COMPLAINT("nothing", k.memories[0].record = &curve; k.memories[0].space = eg::memory_space::constant;
                   k.gid(); k.emit(op::load_field, t<f32>, {0, 0}, weights));
  EXPECT_COMPLAINT("1: the memory is of another kind", k.memories[0].record = &curve;
                   k.memories[0].space = eg::memory_space::constant; k.gid();
                   k.emit(op::load_field, t<f32>, {0}, mass));
  EXPECT_COMPLAINT("0: an element is named of a field that is no array, or none of one that is",
                   k.memories[0].record = &curve;
                   k.memories[0].space = eg::memory_space::constant;
                   k.emit(op::argument, t<f32>, {}, weights));
  EXPECT_COMPLAINT("2: the memory is of another kind", k.memories[1].record = &curve;
                   k.memories[1].space = eg::memory_space::constant; k.gid(); k.constant(1.0f);
                   k.emit(op::store_field, none, {0, 1, 0}, weights + 1));
}

TEST(passes, leave_random_kernels_well_formed) {
  for (unsigned long seed = 1; seed <= 400; ++seed) {
    SCOPED_TRACE(seed);
    eg::compile_options options;
    if (seed % 3 == 0)
      options.grid = {8}, options.block = {64};
    if (!is_well_formed_throughout(eg::kernel<"random">(random_kernel::body{seed}), options))
      break;
  }
}
TEST(passes, leave_the_kernels_of_the_texts_well_formed) {
  kernels::for_each([]<auto Kernel>() { EXPECT_TRUE(is_well_formed_throughout(Kernel, {})); });
}

} // namespace
