// SPDX-License-Identifier: MIT
// layout_c<L> is the function L: at every coordinate, past the size, and where L refuses.
#include <enigma/layout/layout.hpp>
#include <enigma/layout/layout_constant.hpp>
#include <enigma/layout/text.hpp>

#include <gtest/gtest.h>

namespace {

namespace eg = enigma;

consteval eg::layout l(char const* text) {
  return eg::parse_layout(text);
}

template <eg::layout L>
constexpr bool same_function() {
  for (std::int64_t i = 0; i < eg::size(L) + 40; ++i)
    if (eg::layout_c<L>(i) != L(i))
      return false;
  return true;
}

template <eg::layout L>
constexpr bool same_modes() {
  for (int i = 0; i < eg::size<0>(L) + 3; ++i)
    for (unsigned char j = 0; j < eg::size<1>(L) + 3; ++j)
      if (eg::layout_c<L>(i, j) != L(i, j))
        return false;
  return true;
}

static_assert(same_function<l("(4,(2,8)):(1,(4,8))")>() && same_modes<l("(4,(2,8)):(1,(4,8))")>());
static_assert(same_function<l("((6,5),7,3):((35,7),1,-211)")>() && same_function<l("5:-3")>());
static_assert(same_function<l("(4,3,1):(0,1,7)")>() && same_modes<l("((2,3),(1,4)):((0,-1),(9,5))")>());
static_assert(same_function<l("1:0")>() && same_function<l("(1,1):(3,5)")>() && same_function<l("7:0")>());
static_assert(eg::layout(eg::layout_c<l("8:2")>) == l("8:2"));
// As many coordinates as modes.
static_assert(!std::is_invocable_v<eg::layout_constant<l("(4,8):(1,4)")>, int, int, int>);
static_assert(!std::is_invocable_v<eg::layout_constant<l("(4,8):(1,4)")>, bool>);

TEST(LayoutConstant, RefusesWhatTheLayoutRefuses) {
  auto const what = [](auto const& f) -> std::string {
    try {
      (void)f();
    } catch (eg::error const& e) {
      return e.what();
    }
    return "";
  };
  EXPECT_EQ(what([] { return eg::layout_c<l("(4,8):(1,4)")>(-1); }),
            what([] { return l("(4,8):(1,4)")(-1); }));
  EXPECT_NE(what([] { return eg::layout_c<l("(4,8):(1,4)")>(-1); }), "");
  EXPECT_NE(what([] { return eg::layout_c<l("(4,8):(1,4)")>(3, -1); }), "");
  EXPECT_NE(what([] { return eg::layout_c<l("4:1")>(~std::uint64_t{0}); }), "");
  EXPECT_NE(what([] { return eg::layout_c<l("4:1152921504606846976")>(8); }),
            ""); // past the size, past 64 bits
  EXPECT_EQ(eg::layout_c<l("4:1152921504606846976")>(7), 7 * INT64_C(1152921504606846976));
}

} // namespace
