// SPDX-License-Identifier: MIT
#include "rows.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include <enigma/codegen/passes/fold.hpp>

#include "columns.hpp"

namespace rows {

using eg::value_id;
using hand_made::kernel;

tested_set& tested() {
  static tested_set set;
  return set;
}

// ---- Integers -----------------------------------------------------------------------------------

int width(element_kind k) {
  return k == boolean ? 1 : 8 * eg::size_in_bytes(k);
}
bool is_float(element_kind k) {
  return k == float16 || k == bfloat16 || k == float32;
}
bool is_signed(element_kind k) {
  return k == int8 || k == int16 || k == int32 || k == int64;
}

bits cut(element_kind k, wide x) {
  auto const low = static_cast<bits>(x);
  return width(k) == 64 ? low : low & ((bits{1} << width(k)) - 1);
}
wide integer(element_kind k, bits b) {
  wide const x = static_cast<wide>(b), past = wide{1} << width(k);
  return is_signed(k) && x >= past / 2 ? x - past : x;
}
wide least(element_kind k) {
  return is_signed(k) ? -(wide{1} << (width(k) - 1)) : 0;
}
wide largest(element_kind k) {
  return (wide{1} << (width(k) - (is_signed(k) ? 1 : 0))) - 1;
}

// ---- Floats: sign, exponent, fraction --------------------------------------------------------------

namespace {
struct format {
  int fraction; // bits
  int least;    // exponent of the smallest normal number; the largest is 1 - least
};
format format_of(element_kind k) {
  return k == float16 ? format{10, -14} : k == bfloat16 ? format{7, -126} : format{23, -126};
}
bits sign_bit(element_kind k) {
  return bits{1} << (width(k) - 1);
}
bits infinity(element_kind k) {
  format const f = format_of(k);
  return static_cast<bits>(2 - 2 * f.least + 1) << f.fraction;
}
bool is_nan(element_kind k, bits b) {
  return is_float(k) && (b & (sign_bit(k) - 1)) > infinity(k);
}
/// Neighbouring floats have neighbouring numbers; both zeros have 0.
std::int64_t order(element_kind k, bits b) {
  auto const size = static_cast<std::int64_t>(b & (sign_bit(k) - 1));
  return (b & sign_bit(k)) != 0 ? -size : size;
}
} // namespace

double real(element_kind k, bits b) {
  format const f = format_of(k);
  bits const size = b & (sign_bit(k) - 1);
  double const sign = (b & sign_bit(k)) != 0 ? -1.0 : 1.0;
  if (size > infinity(k))
    return std::copysign(NAN, sign);
  if (size == infinity(k))
    return sign * HUGE_VAL;
  auto const exponent = static_cast<int>(size >> f.fraction);
  auto const fraction = static_cast<double>(size & ((bits{1} << f.fraction) - 1));
  if (exponent == 0)
    return sign * std::ldexp(fraction, f.least - f.fraction);
  return sign * std::ldexp(std::ldexp(1.0, f.fraction) + fraction, exponent - 1 + f.least - f.fraction);
}

double rounded(element_kind k, double x) {
  format const f = format_of(k);
  if (!(std::fabs(x) < HUGE_VAL) || x == 0.0)
    return x;
  int exponent = 0;
  std::frexp(x, &exponent); // |x| < 2^exponent
  int const unit = std::max(exponent - 1, f.least) - f.fraction;
  double const y = std::ldexp(std::nearbyint(std::ldexp(x, -unit)), unit);
  return std::fabs(y) < std::ldexp(1.0, 2 - f.least) ? y : std::copysign(HUGE_VAL, x);
}

double rounded(element_kind k, wide x, int lowest) {
  unsigned_wide size = x < 0 ? -static_cast<unsigned_wide>(x) : static_cast<unsigned_wide>(x);
  for (; size >> 52 != 0; ++lowest) // what is cut off leaves a trace, far below the last bit of any kind
    size = size >> 1 | (size & 1);
  double const y = rounded(k, std::ldexp(static_cast<double>(static_cast<bits>(size)), lowest));
  return x < 0 ? -y : y;
}

bits nearest(element_kind k, double x) {
  format const f = format_of(k);
  bits const sign = std::signbit(x) ? sign_bit(k) : 0;
  if (std::isnan(x))
    return sign | infinity(k) | bits{1} << (f.fraction - 1);
  double const size = std::fabs(rounded(k, x));
  if (size == HUGE_VAL)
    return sign | infinity(k);
  if (size < std::ldexp(1.0, f.least))
    return sign | static_cast<bits>(std::ldexp(size, f.fraction - f.least));
  int exponent = 0;
  double const m = std::frexp(size, &exponent); // 1/2 <= m < 1
  return sign | ((static_cast<bits>(exponent - f.least) << f.fraction) +
                 static_cast<bits>(std::ldexp(2 * m - 1, f.fraction)));
}

// ---- Values -----------------------------------------------------------------------------------------

std::vector<bits> edges(element_kind k) {
  std::vector<bits> r;
  auto const add = [&](bits b) {
    if (std::find(r.begin(), r.end(), b) == r.end())
      r.push_back(b);
  };
  if (k == boolean)
    return {0, 1};
  if (is_float(k)) {
    for (double x : {0.0, 1.0, 0.5, 1.5, 2.5, 3.14159, 1e-3, 100.25, 1e10, 16777217.0, 0.1, 7.0})
      for (double sign : {1.0, -1.0})
        add(nearest(k, sign * x));
    bits const one = nearest(k, 1.0), inf = infinity(k), normal = bits{1} << format_of(k).fraction;
    for (bits b : {one - 1, one + 1, inf, inf - 1, normal, normal - 1, bits{1}, inf | normal >> 1})
      for (bits sign : {bits{0}, sign_bit(k)})
        add(b | sign);
    return r;
  }
  for (int x :
       {0, 1, -1, 2, -2, 3, -7, 31, 32, 33, 63, 64, 1000003, (1 << 23) - 1, -(1 << 23), (1 << 24) - 1})
    add(cut(k, x));
  for (wide x : {largest(k), largest(k) - 1, least(k), least(k) + 1, largest(k) / 2, largest(k) / 2 + 1,
                 largest(k) / 3 * 2, wide{1} << (width(k) / 2), (wide{1} << (width(k) / 2)) - 1})
    add(cut(k, x));
  return r;
}

std::vector<bits> all_values(element_kind k) {
  std::vector<bits> r(std::size_t{1} << width(k));
  for (std::size_t i = 0; i < r.size(); ++i)
    r[i] = i;
  return r;
}

// ---- Running ------------------------------------------------------------------------------------------

namespace {
std::string shown(element_kind k, bits b) {
  char text[80];
  if (is_float(k))
    std::snprintf(text, sizeof text, "%.9g (0x%llx)", real(k, b), static_cast<unsigned long long>(b));
  else if (is_signed(k))
    std::snprintf(text, sizeof text, "%lld", static_cast<long long>(integer(k, b)));
  else
    std::snprintf(text, sizeof text, "%llu", static_cast<unsigned long long>(b));
  return text;
}

bool fits(element_kind k, bits got, answer const& a) {
  if (is_nan(k, got) || is_nan(k, a.wanted))
    return is_nan(k, got) && is_nan(k, a.wanted);
  if (got == a.wanted)
    return true;
  std::int64_t const x = is_float(k) ? order(k, got) : 0, y = is_float(k) ? order(k, a.wanted) : 0;
  if (!is_float(k))
    return false;
  return x == 0 && y == 0 ? a.either_zero : std::abs(x - y) <= a.ulps;
}

using tuple = std::array<bits, 4>;

/// All combinations of a trial's values.
std::vector<tuple> combinations(trial const& t) {
  std::vector<tuple> r{{}};
  for (std::size_t o = t.operands.size(); o-- > 0;) {
    std::vector<tuple> longer;
    longer.reserve(r.size() * t.values[o].size());
    for (tuple x : r)
      for (bits b : t.values[o]) {
        x[o] = b;
        longer.push_back(x);
      }
    r = std::move(longer);
  }
  return r;
}

/// Compares result i with that of the reference.
bool compare(trial const& t, reference const& expected, tuple const& in, bits got, char const* how) {
  answer const a = expected(in.data());
  if (a.open)
    return true;
  tested().insert({t.code, t.operands[0], t.result});
  if (fits(t.result, got, a))
    return true;
  std::string operands;
  for (std::size_t o = 0; o < t.operands.size(); ++o)
    operands +=
        (o == 0 ? "" : ", ") + std::string(eg::ir_name(t.operands[o])) + ' ' + shown(t.operands[o], in[o]);
  ADD_FAILURE() << eg::info(t.code).name << " of (" << operands << ") gives " << eg::ir_name(t.result) << ' '
                << shown(t.result, got) << ", not " << shown(t.result, a.wanted) << " (" << how << ")";
  return false;
}

/// In vectors of `lanes`; operands from `scalar` on are scalars beside them.
void check_lanes(trial const& t, std::vector<tuple> in, std::uint8_t lanes, std::size_t scalar,
                 char const* how) {
  std::size_t const cases = in.size(), n = (cases + lanes - 1) / lanes * lanes;
  in.resize(n, in.back());
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t o = scalar; o < 4; ++o)
      in[i][o] = in[i / lanes * lanes][o];
  kernel k;
  value_id const one = k.gid(), at = lanes > 1 ? k.same(op::mul, one, k.constant(eg::u32{lanes})) : one;
  std::vector<column> columns;
  std::vector<value_id> operands;
  for (std::size_t o = 0; o < 4; ++o) { // four in any case: so there is one type of call
    bool const used = o < t.operands.size(), alone = o >= scalar;
    element_kind const kind = t.operands[used ? o : 0];
    column c(kind, !used ? 1 : alone ? n / lanes : n);
    int const m = k.argument(kind, &"ABCD"[o], eg::access::in);
    if (used) {
      operands.push_back(k.load(m, alone ? one : at, alone ? std::uint8_t{1} : lanes));
      for (std::size_t i = 0; i < c.length; ++i)
        c.set(i, in[alone ? i * lanes : i][o]);
    }
    columns.push_back(std::move(c));
  }
  int const out = k.argument(t.result, "R", eg::access::out);
  k.store(out, at, k.emit(t.code, {t.result, lanes}, operands));
  column r(t.result, n);
  execute(k.finish(), eg::threads(n / lanes),
          {given{columns[0], eg::access::in}, given{columns[1], eg::access::in},
           given{columns[2], eg::access::in}, given{columns[3], eg::access::in}, given{r, eg::access::out}});
  for (std::size_t i = 0; i < cases; ++i)
    if (!compare(t, lanes > 1 && t.in_vectors ? t.in_vectors : t.expected, in[i], r[i], how))
      return;
}

/// On constants: all threads have the same values.
void check_constants(trial const& t, std::vector<tuple> const& in) {
  constexpr std::size_t most = 40, threads = 40;
  std::size_t const by = in.size() / most + 1;
  kernel k;
  int const out = k.argument(t.result, "R", eg::access::out);
  std::vector<tuple> chosen;
  for (std::size_t i = 0; i < in.size(); i += by) {
    std::vector<value_id> operands;
    for (std::size_t o = 0; o < t.operands.size(); ++o)
      operands.push_back(k.emit(op::constant, {t.operands[o], 1}, {}, static_cast<std::int64_t>(in[i][o])));
    auto const row = k.constant(static_cast<eg::u32>(chosen.size() * threads));
    k.store(out, k.same(op::add, row, k.gid()), k.emit(t.code, {t.result, 1}, operands));
    chosen.push_back(in[i]);
  }
  column r(t.result, chosen.size() * threads);
  execute(k.finish(), eg::threads(threads), {given{r, eg::access::out}});
  for (std::size_t i = 0; i < r.length; ++i)
    if (!compare(t, t.expected, chosen[i / threads], r[i], "constants"))
      return;
}
/// What is folded while compiling is what is computed, to the last bit.
void check_folding(trial const& t, std::vector<tuple> const& in) {
  bool seen = false;
  for (tuple const& x : in) {
    std::int64_t operands[4]{};
    for (std::size_t o = 0; o < t.operands.size(); ++o)
      operands[o] = static_cast<std::int64_t>(x[o]);
    auto const f = eg::detail::fold_constants(t.code, {t.result, 1}, t.operands[0], operands);
    answer a = t.expected(x.data());
    if (!f.known || (a.open && !is_float(t.operands[0])))
      continue;
    seen = true;
    a.ulps = 0;
    a.either_zero = false;
    int const unused = 64 - 8 * eg::size_in_bytes(t.result);
    auto const got = static_cast<bits>(f.bits);
    if (!a.open && !is_nan(t.result, got) && fits(t.result, got, a) && got << unused >> unused == got)
      continue;
    std::string operands_shown;
    for (std::size_t o = 0; o < t.operands.size(); ++o)
      operands_shown += ' ' + shown(t.operands[o], x[o]);
    ADD_FAILURE() << eg::info(t.code).name << " of" << operands_shown << " is folded to "
                  << shown(t.result, got) << ", not " << (a.open ? "left open" : shown(t.result, a.wanted));
    return;
  }
  if (seen)
    folded().insert({t.code, t.operands[0], t.result});
}
} // namespace

tested_set& folded() {
  static tested_set set;
  return set;
}

void execute(eg::compiled_kernel const& kernel, eg::dispatch const& size, std::vector<given> const& x) {
  eg::runtime& rt = hand_made::cpu();
  switch (x.size()) {
  case 1:
    return rt.execute(kernel, size, x[0]);
  case 2:
    return rt.execute(kernel, size, x[0], x[1]);
  case 3:
    return rt.execute(kernel, size, x[0], x[1], x[2]);
  case 4:
    return rt.execute(kernel, size, x[0], x[1], x[2], x[3]);
  case 5:
    return rt.execute(kernel, size, x[0], x[1], x[2], x[3], x[4]);
  default:
    ADD_FAILURE() << "no call of " << x.size() << " arguments is written here";
  }
}

void check(trial const& t) {
  auto const in = combinations(t);
  check_lanes(t, in, 1, 4, "scalars");
  check_lanes(t, in, 2, 4, "vectors of 2");
  check_lanes(t, in, 3, 4, "vectors of 3");
  check_lanes(t, in, 4, 4, "vectors of 4");
  if (t.operands.size() > 1) // select's values are of one type, but not its condition
    check_lanes(t, in, 4, t.code == op::select ? 2 : 1, "scalars beside a vector");
  check_constants(t, in);
  check_folding(t, in);
}

void check_scalars(trial const& t) {
  auto const in = combinations(t);
  check_lanes(t, in, 1, 4, "scalars");
  check_folding(t, in);
}

} // namespace rows
