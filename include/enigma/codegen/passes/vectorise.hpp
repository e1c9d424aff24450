// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/codegen/detail/finish.hpp>
#include <enigma/codegen/passes/element_wise.hpp>

// Gives each thread of an element-wise kernel 2 or 4 neighbouring elements, which it reads, computes and
// writes as vectors. Law: the vector form on n elements does what the kernel as written does in n threads,
// bit by bit; a guard may have the last word, so that n is rounded up to whole vectors then.
//
// Thread t has the elements i = lanes * t + k. What varies among them becomes vectors; what is uniform stays
// a scalar, and an index is where a vector begins. What no vector has an operation for (a function of the
// author's, a shift of bytes) is done lane by lane.
//
// How many elements there are is told by the guard g.if_(i < n, ...); without one by the launch, if its size
// is known, or else by an argument that the runtime gives. Thread t has whole vectors of n elements where
// lanes * t + lanes - 1 < n, and that is t < n / lanes, in which nothing wraps. The other threads do the
// elements that are left as the kernel is written, one after the other: the body stands in the kernel twice.
// There lanes * t does not wrap either, since a call has a thread for every `lanes` of at most 2^32 - 1
// elements.

namespace enigma::detail {

/// Records a kernel anew, in its vector form.
template <int Lanes>
class vectoriser {
public:
  /// `to` begins with the memories of `from`.
  constexpr vectoriser(builder const& from, builder& to)
      : from_{from}
      , to_{to}
      , kernel_(from)
      , code_{from.code().data()}
      , size_{from.code().size()}
      , copy_storage_(size_) {}

  /// Whether the kernel says itself how many elements there are.
  constexpr bool is_guarded() const { return kernel_.guard() != no_value; }

  /// Records the vector form of a kernel that is run for all of its elements.
  constexpr void record_whole() {
    thread_ = to_.ask(query::thread_position_in_grid, 0);
    record(form::vectors);
  }
  /// The same for so many elements: a u32 of `to`, or no_value for as many as the guard says.
  constexpr void record_first(value_id count) {
    thread_ = to_.ask(query::thread_position_in_grid, 0);
    bool const rest_is_empty = count == no_value && kernel_.bound_is_multiple();
    if (count == no_value)
      count = copied_bound(kernel_.bound());
    value_id const lanes = to_.constant(type_of<u32>, Lanes);
    if (rest_is_empty) { // a promise that also holds where there is no vector
      value_id const rest = to_.pure(op::rem, type_of<u32>, count, lanes);
      to_.check(to_.pure(op::eq, type_of<bool>, rest, to_.constant(type_of<u32>, 0)),
                "what multiple_of promises is a multiple");
    }
    to_.open(op::if_, {},
             to_.pure(op::lt, type_of<bool>, thread_, to_.pure(op::div, type_of<u32>, count, lanes)));
    record(form::vectors);
    if (!rest_is_empty && !(to_.is_constant(count) && to_[count].imm % Lanes == 0)) {
      to_.divide_region(op::else_);
      value_id const first = to_.pure(op::mul, type_of<u32>, thread_, lanes);
      element_ = to_.open(op::for_, type_of<u32>, first, count, to_.constant(type_of<u32>, 1));
      record(form::elements);
      to_.close();
    }
    to_.close();
  }

private:
  enum class form { vectors, elements };

  constexpr type type_at(value_id id) const { return code_[id].type; }

  /// The bound of the guard, which is known before it.
  constexpr value_id copied_bound(value_id id) {
    if (code_[id].code > op::query)
      for (value_id const o : code_[id].operands)
        if (o != no_value)
          copied_bound(o);
    copy(id);
    return copy_[id];
  }

  constexpr void record(form f) {
    form_ = f;
    for (std::size_t i = 0; i < size_; ++i) {
      auto const id = static_cast<value_id>(i);
      if (id != kernel_.guard() && id != kernel_.guard_end())
        copy(id);
    }
  }
  /// A value that is one number: in the vector form not one of a vector.
  constexpr bool stays_scalar(value_id id) const {
    return form_ == form::elements || !kernel_.is_varying(id);
  }

  constexpr void copy(value_id id) {
    instruction const& it = code_[id];
    value_id const made = it.code == op::check ? check(id) : copied(id, it);
    copy_[id] = made;
    if (made == no_value || it.code == op::check)
      return;
    for (value_name const& n : from_.names())
      if (n.value == id && to_[made].code > op::query && !is_named(made))
        to_.name_value(made, n.name);
  }
  constexpr bool is_named(value_id made) const {
    for (value_name const& n : to_.names())
      if (n.value == made)
        return true;
    return false;
  }

  constexpr value_id copied(value_id id, instruction const& it) {
    auto const at = [&](int k) { return it.operands[k] == no_value ? no_value : copy_[it.operands[k]]; };
    int const m = static_cast<int>(memory_of(it));
    switch (it.code) {
    case op::constant:
      return to_.constant(it.type, it.imm);
    case op::argument:
      return to_.scalar_argument(it.type, m, field_of(it));
    case op::query: // of an index: where the first of a vector is
      return form_ == form::elements
                 ? element_
                 : to_.pure(op::mul, type_of<u32>, thread_, to_.constant(type_of<u32>, Lanes));
    case op::load:
      return to_.load(m, stays_scalar(id) ? it.type : widened(it.type), place(it.operands[0]));
    case op::load_field:
      return to_.load_field(m, field_of(it), it.type, at(0), at(1));
    case op::store:
      to_.store(m, place(it.operands[0]), form_ == form::elements ? at(1) : vector(it.operands[1]));
      return no_value;
    case op::declare:
      return stays_scalar(id) ? to_.declare(it.type, at(0))
                              : to_.declare(widened(it.type), vector(it.operands[0]));
    case op::get:
      return to_.get(at(0));
    case op::set:
      to_.set(at(0), stays_scalar(it.operands[0]) ? at(1) : vector(it.operands[1]));
      return no_value;
    case op::for_:
    case op::if_:
    case op::while_: {
      value_id const ids[] = {at(0), at(1), at(2)};
      return to_.open(it.code, it.type, ids[0], ids[1], ids[2]);
    }
    case op::else_:
    case op::test:
      to_.divide_region(it.code, at(0));
      return no_value;
    case op::end:
      to_.close();
      return no_value;
    case op::break_:
      to_.leave_loop();
      return no_value;
    default:
      return stays_scalar(id) ? scalar(it, at(0), at(1), at(2), at(3)) : vector_of_results(it);
    }
  }
  constexpr value_id scalar(instruction const& it, value_id a, value_id b, value_id c, value_id d) {
    value_id const values[] = {a, b, c, d};
    if (it.code == op::call)
      return to_.call(true, it.type, call_detail::from(it.imm), values);
    if (it.code == op::add && it.type == type_of<i64>) // perhaps of a pointer
      return to_.index_sum(a, b);
    return to_.pure(it.code, it.type, a, b, c, d, it.imm);
  }

  /// The index of an access. In the vector form it counts vectors where it can, as an author writes it.
  constexpr value_id place(value_id index) {
    if (form_ == form::elements || kernel_.is_uniform(index))
      return copy_[index];
    instruction const& it = code_[index];
    if (kernel_.is_element(index))
      return to_.index_of_vector(no_value, thread_, Lanes);
    if (it.code == op::add && it.type == type_of<i64>)
      for (int k = 0; k < 2; ++k)
        if (kernel_.is_element(it.operands[k]))
          return to_.index_of_vector(copy_[it.operands[1 - k]], thread_, Lanes);
    return copy_[index];
  }

  constexpr type widened(type t) const { return {t.element, static_cast<std::uint8_t>(Lanes)}; }

  /// A value for each of the elements.
  constexpr value_id vector(value_id id) {
    instruction const& it = code_[id];
    if (kernel_.is_varying(id))
      return copy_[id];
    type const t = widened(it.type);
    if (kernel_.is_uniform(id))
      return to_.pure(op::make_vector, t, copy_[id]);
    if (it.code != op::query) // an index that is a number for once
      return vector_of_results(it);
    value_id ids[4]{no_value, no_value, no_value, no_value};
    for (int k = 0; k < Lanes; ++k)
      ids[k] = to_.constant(it.type, k);
    value_id const first = to_.pure(op::make_vector, t, copy_[id]);
    return to_.pure(op::add, t, first, to_.pure(op::make_vector, t, ids[0], ids[1], ids[2], ids[3]));
  }
  constexpr value_id vector_of_results(instruction const& it) {
    if (!has_vectors(it))
      return lane_by_lane(it);
    value_id ids[4]{no_value, no_value, no_value, no_value};
    for (int k = 0; k < 4 && it.operands[k] != no_value; ++k)
      ids[k] = takes_scalar(it, k) ? copy_[it.operands[k]] : vector(it.operands[k]);
    return to_.pure(it.code, widened(it.type), ids[0], ids[1], ids[2], ids[3], it.imm);
  }
  /// The offset and number of bits are one for all lanes; a condition that is, chooses among vectors.
  constexpr bool takes_scalar(instruction const& it, int k) const {
    return (info(it.code).signature == signature::bits && k >= info(it.code).operands - 2) ||
           (it.code == op::select && k == 2 && kernel_.is_uniform(it.operands[2]));
  }
  constexpr bool has_vectors(instruction const& it) const {
    op_info const& row = info(it.code);
    for (int k = 0; k < row.operands; ++k)
      if (takes_scalar(it, k) && !kernel_.is_uniform(it.operands[k]))
        return false;
    if (row.by_lane_width) { // a scalar of 8 or 16 bits is shifted as one of 32
      instruction const& count = code_[it.operands[1]];
      return size_in_bytes(it.type.element) >= 4 ||
             (count.code == op::constant && integer_value(count.type.element, count.imm) >= 0 &&
              integer_value(count.type.element, count.imm) < 8 * size_in_bytes(it.type.element));
    }
    return it.code != op::call;
  }
  constexpr value_id lane_by_lane(instruction const& it) {
    value_id lanes[4]{no_value, no_value, no_value, no_value};
    for (int lane = 0; lane < Lanes; ++lane) {
      value_id ids[4]{no_value, no_value, no_value, no_value};
      for (int k = 0; k < 4 && it.operands[k] != no_value; ++k)
        ids[k] = kernel_.is_uniform(it.operands[k])
                     ? copy_[it.operands[k]]
                     : to_.pure(op::extract, type_at(it.operands[k]), vector(it.operands[k]), no_value,
                                no_value, no_value, lane);
      lanes[lane] = scalar(it, ids[0], ids[1], ids[2], ids[3]);
    }
    return to_.pure(op::make_vector, widened(it.type), lanes[0], lanes[1], lanes[2], lanes[3]);
  }

  constexpr value_id check(value_id id) {
    value_id const condition = code_[id].operands[0];
    if (code_[id].imm == check_is_uniform)
      to_.check_uniform(copy_[condition]);
    else
      to_.check(form_ == form::elements || kernel_.is_uniform(condition)
                    ? copy_[condition]
                    : to_.pure(op::all_lanes, type_of<bool>, vector(condition)),
                words_of(id));
    return no_value;
  }
  constexpr char const* words_of(value_id id) const {
    for (value_name const& n : from_.names())
      if (n.value == id)
        return n.name;
    return "";
  }

  builder const& from_;
  builder& to_;
  element_wise<Lanes> const kernel_;
  instruction const* code_;
  std::size_t size_;
  zeroed<value_id> copy_storage_;
  value_id* copy_ = copy_storage_; // in `to`: a scalar, a vector, or of an index where a vector begins
  form form_ = form::vectors;
  value_id thread_ = no_value, element_ = no_value;
};

/// So many elements as a kernel of a known launch has along x. Errors: not known, or not along x alone.
constexpr std::uint64_t elements_of_launch(kernel_under_construction const& k) {
  if (!k.grid.is_open() && k.block.is_open())
    refused((sentence("kernel ")
             << k.body.name()
             << ": vectorised needs the block too where the grid is fixed: both tell how many "
                "elements there are; or leave both to the call")
                .lines());
  extent3 const sizes[] = {k.grid, k.block};
  for (extent3 const& size : sizes)
    if (!size.is_open() && (size.y != 1 || size.z != 1))
      refused((sentence("kernel ") << k.body.name()
                                   << ": vectorised counts elements along x alone; the grid or the block has "
                                      "more dimensions")
                  .lines());
  std::uint64_t const elements = k.grid.is_open() ? 0 : std::uint64_t{k.grid.x} * k.block.x;
  if (elements > 0xffffffff)
    refused((sentence("kernel ") << k.body.name() << ": " << static_cast<std::int64_t>(elements)
                                 << " elements; a thread's position goes to 4294967295")
                .lines());
  return elements;
}

/// A name for the number of elements that no parameter has.
constexpr char const* name_for_elements(program_builder const& program) {
  for (char const* name : {"elements", "element_count", "elements_of_the_call"}) {
    bool used = false;
    for (parameter const& p : program.parameters())
      used = used || same_text(p.name, name);
    if (!used)
      return name;
  }
  return "number_of_elements";
}

/// Replaces the kernel of a program, which has just been traced, by its vector form.
template <int Lanes>
constexpr void vectorise(program_builder& program) {
  struct owner {
    kernel_under_construction* kernel;
    constexpr ~owner() { delete kernel; }
  } const written{program.take_kernel()};
  kernel_under_construction& old = *written.kernel;
  replace_straight_variables(old.body);
  dead_code(old.body).remove();
  note_accesses(program, old.body);

  std::uint64_t const elements = elements_of_launch(old);
  constexpr std::uint32_t width = Lanes;
  extent3 grid = old.grid;
  if (elements != 0)
    grid = extent3((elements - 1) / width / old.block.x + 1);
  kernel_under_construction& made = program.begin_kernel(old.body.name(), grid, old.block);
  made.elements_per_thread = width;
  for (memory const& m : old.body.memories())
    made.body.add_memory(m);

  vectoriser<Lanes> form(old.body, made.body);
  if (form.is_guarded())
    form.record_first(no_value);
  else if (elements != 0 && elements == std::uint64_t{grid.x} * old.block.x * width)
    form.record_whole();
  else if (elements != 0)
    form.record_first(made.body.constant(type_of<u32>, static_cast<std::int64_t>(elements)));
  else {
    parameter count;
    count.name = name_for_elements(program);
    count.access = access::scalar;
    count.element = element_kind::uint32;
    count.counts_elements = true;
    int const m = program.memory_of(program.add_parameter(count));
    form.record_first(made.body.scalar_argument(type_of<u32>, m));
  }
  program.end_kernel();
}

} // namespace enigma::detail
