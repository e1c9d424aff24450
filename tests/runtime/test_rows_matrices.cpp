// SPDX-License-Identifier: MIT
// Rows of matrices, on small whole numbers, of which every sum is exact. Edge values are in
// tests/msl/matrices.cpp.

#include "columns.hpp"
#include "rows.hpp"

namespace {

using namespace rows;
using eg::value_id;
using hand_made::kernel;
using enum eg::access;

constexpr std::size_t threads = 40;
using numbers = std::vector<int>; // column after column

/// A matrix of each thread, or a vector, as columns of a buffer.
struct operand {
  std::uint8_t columns, rows;
  numbers data;

  operand(int c, int r, int seed)
      : columns{static_cast<std::uint8_t>(c)}
      , rows{static_cast<std::uint8_t>(r)} {
    for (std::size_t i = 0; i < threads * size(); ++i)
      data.push_back(static_cast<int>(i * i * 7 + i * static_cast<std::size_t>(seed)) % 5 - 2);
  }
  std::size_t size() const { return std::size_t{columns} * rows; }
  int at(std::size_t thread, int c, int r) const {
    return data[thread * size() + static_cast<std::size_t>(c * rows + r)];
  }
};

/// The elements of the result, column after column.
numbers results(element_kind k, op code, std::vector<operand> const& operands, eg::type result) {
  kernel body;
  std::vector<column> data;
  std::vector<value_id> values;
  auto const at = [&](std::size_t size, int c, int rows) {
    value_id const first = body.same(op::mul, body.gid(), body.constant(static_cast<eg::u32>(size)));
    return body.same(op::add, first, body.constant(static_cast<eg::u32>(c * rows)));
  };
  for (operand const& o : operands) {
    column bits(k, o.data.size());
    for (std::size_t i = 0; i < o.data.size(); ++i)
      bits.set(i, nearest(k, o.data[i]));
    data.push_back(std::move(bits));
    int const memory = body.argument(k, data.size() == 1 ? "A" : "B", in);
    std::vector<value_id> columns;
    for (int c = 0; c < o.columns; ++c)
      columns.push_back(body.load(memory, at(o.size(), c, o.rows), o.rows));
    values.push_back(o.columns == 1 ? columns[0]
                                    : body.emit(op::make_matrix, {k, o.rows, o.columns}, columns));
  }
  int const R = body.argument(k, "R", out);
  value_id const value = body.emit(code, result, values);
  for (int c = 0; c < result.columns; ++c)
    body.store(R, at(static_cast<std::size_t>(result.elements()), c, result.lanes),
               result.columns == 1 ? value : body.emit(op::extract, {k, result.lanes}, {value}, c));
  column r(k, threads * static_cast<std::size_t>(result.elements()));
  std::vector<given> arguments;
  for (column& c : data)
    arguments.emplace_back(c, in);
  arguments.emplace_back(r, out);
  execute(body.finish(), eg::threads(threads), arguments);
  tested().insert({code, k, k});
  tested().insert({op::make_matrix, k, k});
  numbers n;
  for (std::size_t i = 0; i < r.length; ++i)
    n.push_back(static_cast<int>(real(k, r[i])));
  return n;
}

eg::type type_of(element_kind k, int columns, int rows) {
  return columns == 1 ? eg::type{k, static_cast<std::uint8_t>(rows)}
         : rows == 1  ? eg::type{k, static_cast<std::uint8_t>(columns)}
                      : eg::type{k, static_cast<std::uint8_t>(rows), static_cast<std::uint8_t>(columns)};
}

TEST(matrices, products) {
  for (element_kind const k : {float32, float16})
    for (int inner = 2; inner <= 4; ++inner)
      for (int columns = 1; columns <= 4; ++columns)
        for (int rows = 1; rows <= 4; ++rows) {
          if (columns == 1 && rows == 1)
            continue;
          operand a(inner, rows, 1), b(columns, inner, 2);
          numbers wanted;
          for (std::size_t i = 0; i < threads; ++i)
            for (int c = 0; c < columns; ++c)
              for (int r = 0; r < rows; ++r) {
                int sum = 0;
                for (int j = 0; j < inner; ++j)
                  sum += a.at(i, j, r) * b.at(i, c, j);
                wanted.push_back(sum);
              }
          if (rows == 1) // a row is a vector
            std::swap(a.columns, a.rows);
          EXPECT_EQ(results(k, op::matrix_product, {a, b}, type_of(k, columns, rows)), wanted);
        }
}

TEST(matrices, transposed) {
  for (element_kind const k : {float32, float16})
    for (int columns = 2; columns <= 4; ++columns)
      for (int rows = 2; rows <= 4; ++rows) {
        operand const m(columns, rows, 3);
        numbers wanted;
        for (std::size_t i = 0; i < threads; ++i)
          for (int r = 0; r < rows; ++r)
            for (int c = 0; c < columns; ++c)
              wanted.push_back(m.at(i, c, r));
        EXPECT_EQ(results(k, op::transpose, {m}, type_of(k, rows, columns)), wanted);
      }
}

/// Over all permutations, with the sign of each.
int determinant(operand const& m, std::size_t thread) {
  int const n = m.rows;
  int sum = 0;
  for (int code = 0; code < n * n * n * n; ++code) {
    int rows[4] = {code % n, code / n % n, code / n / n % n, code / n / n / n % n};
    if (n < 4 && rows[3] != 0)
      continue;
    if (n < 3 && rows[2] != 0)
      continue;
    int product = 1;
    bool all = true;
    for (int c = 0; c < n; ++c) {
      for (int d = 0; d < c; ++d) {
        all = all && rows[c] != rows[d];
        product = rows[c] < rows[d] ? -product : product;
      }
      product *= m.at(thread, c, rows[c]);
    }
    sum += all ? product : 0;
  }
  return sum;
}

TEST(matrices, determinants) {
  for (element_kind const k : {float32, float16})
    for (int n = 2; n <= 4; ++n) {
      operand const m(n, n, 5);
      numbers wanted;
      for (std::size_t i = 0; i < threads; ++i)
        wanted.push_back(determinant(m, i));
      EXPECT_EQ(results(k, op::determinant, {m}, {k, 1}), wanted);
    }
}

} // namespace
