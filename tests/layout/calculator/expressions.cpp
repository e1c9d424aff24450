// SPDX-License-Identifier: MIT
// Expressions in CuTe notation: what they are worth, and the words and columns of what cannot be understood.
#include <enigma/layout/calculator.hpp>
#include <enigma/layout/fmt.hpp>
#include <fmt/format.h>

#include <gtest/gtest.h>

#include <cctype>
#include <set>
#include <string>
#include <utility>

namespace {

namespace eg = enigma;
namespace calculator = enigma::calculator;

std::string value_of(std::string const& text) {
  return to_string(calculator::evaluate(text));
}
std::string error_of(std::string const& text) {
  try {
    return "no error: " + value_of(text);
  } catch (eg::error const& e) {
    return e.what();
  }
}

/// One example at least for every operation of the table; the results were worked out by hand or by CuTe.
std::pair<char const*, char const*> const examples[] = {
    // Construction
    {"layout((4,8), (8,1))", "(4,8):(8,1)"},
    {"layout((4,8))", "(4,8):(1,4)"},
    {"layout(slice((_,2), (4,8):(8,1)))", "(4):(8)"},
    {"layout(make_layout_tv(2:1, 3:1))", "(2,3):(3,1)"},
    {"layout(Sw<1,2,3> o 5 o 8:2)", "8:2"},
    {"make_layout(4:1, (2,2):(4,8))", "(4,(2,2)):(1,(4,8))"},
    {"make_layout((2,3))", "(2,3):(1,2)"},
    {"make_layout((2,3), (3,1))", "(2,3):(3,1)"},
    {"make_layout_left((2,3))", "(2,3):(1,2)"},
    {"make_layout_right((2,3))", "(2,3):(3,1)"},
    {"make_ordered_layout((4,64), (1,0))", "(4,64):(64,1)"},
    {"make_layout_like((4,2,8):(0,8,1))", "(4,2,8):(0,8,1)"},
    {"make_fragment_like(((2,4),8):((8,16),1))", "((2,4),8):((1,2),8)"},
    {"make_identity_layout((2,3))", "(2,3):(1,2)"},
    {"make_layout_tv((4,64):(64,1), (4,4):(4,1))", "{(16,256), ((64,4),(4,4)):((64,4),(16,1))}"},
    {"make_composed_layout(Sw<1,2,3>, 5, 8:2)", "Sw<1,2,3> o 5 o 8:2"},
    {"compact_col_major((2,3))", "(1,2)"},
    {"compact_col_major((2,3), 4)", "(4,8)"},
    {"compact_row_major((2,3))", "(3,1)"},
    {"compact_row_major((2,3), 4)", "(12,4)"},
    {"compact_order((2,3,4), (2,0,1))", "(12,1,3)"},
    // Parts
    {"shape((4,(2,8)):(1,(4,8)))", "(4,(2,8))"},
    {"stride((4,(2,8)):(1,(4,8)))", "(1,(4,8))"},
    {"tiler(make_layout_tv(2:1, 3:1))", "(6)"},
    {"offset(slice((_,2), (4,8):(8,1)))", "2"},
    {"offset(Sw<1,2,3> o 5 o 8:2)", "5"},
    {"swizzle(Sw<1,2,3> o 5 o 8:2)", "Sw<1,2,3>"},
    {"swizzle(3, 4, -3)", "Sw<3,4,-3>"},
    {"swizzle(Sw<3,4,3>, 128)", "144"},
    {"size((4,8))", "32"},
    {"size(Sw<1,2,3> o 0 o (4,8))", "32"},
    {"cosize((4,8):(10,1))", "38"},
    {"rank((4,(2,8)))", "2"},
    {"depth((4,(2,8)):(1,(4,8)))", "2"},
    // Coordinates
    {"crd2idx((1,2), (4,8):(8,1))", "10"},
    {"crd2idx((1,2), (4,8))", "9"},
    {"crd2idx(8, Sw<1,0,3> o 0 o 16:1)", "9"},
    {"idx2crd(11, (4,8))", "(3,2)"},
    {"idx2crd(25, (4,8), (8,1))", "(3,1)"},
    {"crd2crd((3,1), (4,2), 8)", "7"},
    {"get_hier_coord(25, (4,8):(8,1))", "(3,1)"},
    {"get_flat_coord(13, (4,(2,4)):(8,(1,2)))", "(1,5)"},
    {"get_1d_coord(25, (4,8):(8,1))", "7"},
    {"slice((_,2), (4,8):(8,1))", "{(4):(8), 2}"},
    {"slice((_,2), Sw<1,0,3> o 1 o (4,8):(8,1))", "Sw<1,0,3> o 3 o (4):(8)"},
    {"slice_and_offset((1,_), (4,8):(8,1))", "{(8):(1), 8}"},
    {"dice((_,2), (4,8):(8,1))", "(8):(1)"},
    {"domain_offset((1,2), (4,8):(8,1))", "{(4,8):(8,1), 10}"},
    // Modes
    {"get((4,(2,8)):(1,(4,8)), 1)", "(2,8):(4,8)"},
    {"get((4,(2,8)), (1,1))", "8"},
    {"take((2,3,4):(1,2,6), 1, 3)", "(3,4):(2,6)"},
    {"select((4,8):(8,1), (1,0))", "(8,4):(1,8)"},
    {"append((4,8), 2:32)", "(4,8,2):(1,4,32)"},
    {"append(8:1, 3)", "(8,1,1):(1,0,0)"},
    {"append((4,5), 6)", "(4,5,6)"},
    {"prepend((4,8), 2:32)", "(2,4,8):(32,1,4)"},
    {"prepend(8:1, 2:5, 3)", "(2,2,8):(5,5,1)"},
    {"replace((4,8):(1,4), 1, (2,4):(4,1))", "(4,(2,4)):(1,(4,1))"},
    {"insert((4,8):(8,1), 1, 2:1)", "(4,2,8):(8,1,1)"},
    {"remove((2,3,4):(1,2,6), 1)", "(2,4):(1,6)"},
    {"group((2,3,4), 0, 2)", "((2,3),4)"},
    {"flatten(((2,3),4))", "(2,3,4)"},
    {"unflatten((2,3,4):(1,2,6), ((1,1),1))", "((2,3),4):((1,2),6)"},
    {"reverse((4,(2,8)))", "((2,8),4)"},
    {"repeat(4, 3)", "(4,4,4)"},
    // Arithmetic
    {"product((4,(2,8)))", "64"},
    {"product_each((4,(2,8)))", "(4,16)"},
    {"product_like((4,(2,8)), (0,0))", "(4,16)"},
    {"shape_div((12,8), 6)", "(2,8)"},
    {"ceil_div((10,8), (4,8))", "(3,1)"},
    {"ceil_div(64, 4:1)", "16"},
    {"round_up(10, 4)", "12"},
    {"elem_scale((2,3), (4,(5,2)))", "(8,30)"},
    {"inner_product((2,3), (4,5))", "23"},
    {"sum((2,(3,4)))", "9"},
    {"max((2,(9,4)))", "9"},
    {"min((2,(9,4)))", "2"},
    // Comparisons
    {"congruent((4,(2,8)), (1,(1,1)))", "true"},
    {"congruent(4:1, (4):(1))", "false"},
    {"weakly_congruent((4,8), (4,(2,4)))", "true"},
    {"compatible(8, (2,4))", "true"},
    {"compatible((2,4), 8)", "false"},
    {"weakly_compatible(4, (8,2))", "true"},
    {"elem_less((1,2), (2,3))", "true"},
    {"elem_leq((1,4), (2,3))", "false"},
    {"lex_less((1,9), (2,0))", "true"},
    {"lex_leq((2,0), (1,9))", "false"},
    {"colex_less((1,9), (2,0))", "false"},
    {"colex_leq((2,0), (2,0))", "true"},
    {"evenly_divides((32,2), 2)", "true"},
    {"evenly_divides((32,3), (4,2))", "false"},
    {"divides_evenly((8,8):(8,1), <4:2,2>)", "true"},
    // The algebra
    {"coalesce((2,4):(1,2))", "8:1"},
    {"coalesce((2,(1,6)):(1,(7,2)), (1,1))", "(2,6):(1,2)"},
    {"filter((2,4):(0,1))", "4:1"},
    {"filter_zeros((4,8):(0,1))", "(1,8):(0,1)"},
    {"nullspace((4,8):(0,1))", "4:1"},
    {"composition((6,2):(8,2), (4,3):(3,1))", "((2,2),3):((24,2),8)"},
    {"composition((12,(4,8)):(59,(13,1)), <3:4,8:2>)", "(3,(2,4)):(236,(26,1))"},
    {"composition(Sw<3,4,3>, (8,64):(64,1))", "Sw<3,4,3> o 0 o (8,64):(64,1)"},
    {"with_shape(8:2, (2,4))", "(2,4):(2,4)"},
    {"complement(4:2, 24)", "(2,3):(1,8)"},
    {"complement(4:2)", "2:1"},
    {"right_inverse((4,8):(8,1))", "(8,4):(4,1)"},
    {"left_inverse((4,8):(8,1))", "(8,4):(4,1)"},
    {"max_common_layout((4,8):(1,4), (2,16))", "32:1"},
    {"max_common_vector((4,8):(1,4), (4,8):(1,8))", "4"},
    {"max_alignment((4,16):(1,4))", "64"},
    {"domain_distribute((8,4), 16)", "16:1"},
    {"logical_divide((8,16), (4,8))", "((4,2),(8,2)):((1,4),(8,64))"},
    {"zipped_divide((256,512):(512,1), (16,256))", "((16,256),(16,2)):((512,1),(8192,256))"},
    {"zipped_divide((8,16), (4,_))", "((4,16),(2,1)):((1,8),(4,0))"},
    {"tiled_divide((8,16), (4,8))", "((4,8),2,2):((1,8),4,64)"},
    {"flat_divide((8,16), (4,8))", "(4,8,2,2):(1,8,4,64)"},
    {"logical_product((2,2), 3)", "((2,2),3):((1,2),4)"},
    {"zipped_product((2,5):(5,1), <3:1,2:1>)", "((2,5),(3,2)):((5,1),(1,5))"},
    {"tiled_product((4,7):(7,1), (4,4):(4,1))", "((4,7),4,4):((7,1),112,28)"},
    {"flat_product((2,1):(2,0), (2))", "((2),2,1):((2),1,0)"},
    {"blocked_product((2,2), (3,4))", "((2,3),(2,4)):((1,4),(2,12))"},
    {"raked_product((2,2), (3,4))", "((3,2),(4,2)):((4,1),(12,2))"},
    {"tile_to_shape((9,3):(3,1), (27,6))", "((9,3),(3,2)):((3,27),(1,81))"},
    {"upcast((8,16):(16,1), 4)", "(8,4):(4,1)"},
    {"downcast((8,16):(16,1), 2)", "(8,32):(32,1)"},
    {"recast_layout((8,16):(16,1), 8, 32)", "(8,4):(4,1)"},
    {"recast_swizzle(Sw<3,4,3>, 8, 16)", "Sw<3,3,3>"},
    {"plain(Sw<1,0,3> o 0 o 8:1)", "8:1"},
    // Predicates and memory
    {"is_injective((4,2):(1,4))", "true"},
    {"is_contained(4:3, 10)", "true"},
    {"is_surjective((4,2):(1,2), 6)", "true"},
    {"is_bijective((4,8):(8,1))", "true"},
    {"is_compact(Sw<2,0,2> o 0 o 16:1)", "true"},
    {"is_partition(make_layout_tv((4,64):(64,1), (4,4):(4,1)))", "true"},
    {"reaches(4:3, 6)", "true"},
    {"covers((4,8):(8,1), (4,8))", "true"},
    {"disjoint(4:2, 4:2, 1)", "true"},
    {"equal_as_functions((2,4):(1,2), 8:1)", "true"},
    {"max_vector_width((8,4):(1,16))", "8"},
    {"alignment(4:12)", "12"},
    {"is_coalesced(32:1, 4)", "true"},
    {"is_conflict_free((32,32):(33,1), 32:1, 4)", "true"},
    {"find_padding((32,32):(32,1), 32:1, 32:32, 4)", "(32,32):(33,1)"},
    {"find_swizzle((32,32):(32,1), 32:1, 32:32, 4)", "Sw<5,0,5> o 0 o (32,32):(32,1)"},
};

TEST(calculator, operations) {
  for (auto const& [text, value] : examples)
    EXPECT_EQ(error_of(text), std::string("no error: ") + value) << text;
}

TEST(calculator, every_operation_has_an_example_and_a_meaning) {
  std::set<std::string> shown;
  for (auto const& [text, value] : examples) {
    std::string const t = text;
    shown.insert(t.substr(0, t.find('(')));
  }
  std::set<std::string> signatures;
  for (auto const& o : calculator::operations()) {
    EXPECT_EQ(shown.count(std::string(o.name)), 1U) << "no example of " << o.name;
    EXPECT_GT(o.meaning.size(), 5U) << o.name;
    EXPECT_TRUE(signatures.insert(calculator::signature(o)).second) << calculator::signature(o) << " twice";
  }
}

TEST(calculator, notation) {
  for (auto const* same :
       {"8", "(8)", "(4,(2,8))", "-3", "_", "(_,3)", "(_,(3,_))", "8:2", "(4,(2,8)):(1,(4,8))", "<4:1,8,_>",
        "<(2,2):(1,4),<8,4:1>>", "true", "false", "Sw<3,4,-3>", "Sw<3,4,3> o 7 o (8,64):(64,1)"})
    EXPECT_EQ(error_of(same), std::string("no error: ") + same);
  EXPECT_EQ(value_of(" ( 4 ,\t( 2,8 ) ) : ( 1,(4 , 8) ) "), "(4,(2,8)):(1,(4,8))");
  EXPECT_EQ(value_of("(4:1,8)"), "<4:1,8>"); // a tiler in parentheses
  EXPECT_EQ(value_of("<4,8>"), "(4,8)");
  EXPECT_EQ(value_of("(size((4,8)), (2,8))"), "(32,(2,8))"); // expressions inside
  EXPECT_EQ(value_of("size((4,8)):rank((1,2,3))"), "32:3");
  EXPECT_EQ(value_of("Sw<2,0,3> o (8,4)"), "Sw<2,0,3> o 0 o (8,4):(1,8)");
  EXPECT_EQ(value_of("Sw<2,0,3> o 5 o (8,4)"), "Sw<2,0,3> o 5 o (8,4):(1,8)");
  EXPECT_EQ(value_of("(6,2):(8,2) o (4,3):(3,1)"), "((2,2),3):((24,2),8)");
  EXPECT_EQ(value_of("64:2 o 16:2 o 4:3"), "4:12"); // from the right
  EXPECT_EQ(value_of("take<1,3>((2,3,4))"), "(3,4)");
  EXPECT_EQ(value_of("select<1,0>((4,8):(8,1))"), "(8,4):(1,8)");
  EXPECT_EQ(value_of("get<1,0>((4,(2,8)))"), "2");
  EXPECT_EQ(value_of("size<1>((4,(2,8)))"), "16");
  EXPECT_EQ(value_of("rank<1>((4,(2,8)):(1,(4,8)))"), "2");
  EXPECT_EQ(value_of("depth<0>((4,(2,8)))"), "0");
  EXPECT_EQ(value_of("shape<1,1>((4,(2,8)):(1,(4,8)))"), "8");
  EXPECT_EQ(value_of("stride<1>((4,(2,8)):(1,(4,8)))"), "(4,8)");
  EXPECT_EQ(value_of("cosize<1>(Sw<1,0,3> o 0 o (4,(2,8)):(1,(4,8)))"), "61");
  EXPECT_EQ(value_of("upcast<4>(16:1)"), "4:1");
  EXPECT_EQ(value_of("append<3>(8:1)"), "(8,1,1):(1,0,0)");
}

TEST(calculator, kinds) {
  auto const kind = [](char const* text) { return calculator::word(kind_of(calculator::evaluate(text))); };
  EXPECT_EQ(kind("8"), "integer");
  EXPECT_EQ(kind("(8)"), "tuple");
  EXPECT_EQ(kind("(8,_)"), "coordinate");
  EXPECT_EQ(kind("8:1"), "layout");
  EXPECT_EQ(kind("<8:1>"), "tiler");
  EXPECT_EQ(kind("true"), "truth");
  EXPECT_EQ(kind("is_injective(8:1)"), "truth");
  EXPECT_EQ(kind("Sw<1,2,3>"), "swizzle");
  EXPECT_EQ(kind("Sw<1,2,3> o 0 o 8:1"), "composed layout");
  EXPECT_EQ(kind("slice((_,1), (4,8):(1,4))"), "slice");
  EXPECT_EQ(kind("make_layout_tv(2:1, 2:1)"), "thread-value layout");
}

TEST(calculator, named_results) {
  calculator::workbook book;
  EXPECT_EQ(to_string(book.evaluate("A = (256,512):(512,1)")), "(256,512):(512,1)");
  EXPECT_EQ(to_string(book.evaluate("zipped_divide(A, (16,256))")), "((16,256),(16,2)):((512,1),(8192,256))");
  EXPECT_EQ(to_string(book.evaluate("A(2,3)")), "1027");
  EXPECT_EQ(to_string(book.evaluate("A(256)")), "1");
  EXPECT_EQ(to_string(book.evaluate("A((2,3))")), "1027");
  EXPECT_EQ(to_string(book.evaluate("A(_,3)")), "{(256):(512), 3}");
  EXPECT_EQ(to_string(book.evaluate("A = 4:2; B = A; composition(16:1, B)")), "4:2");
  EXPECT_EQ(to_string(book.evaluate("t = make_layout_tv((4,64):(64,1),\n (4,4):(4,1))\n\n tiler(t)\n")),
            "(16,256)");
  EXPECT_EQ(book.names().size(), 3U);
  EXPECT_EQ(value_of("S = Sw<1,0,3> o 1 o (8,2); S(7)"), "9"); // a workbook of its own
  EXPECT_EQ(value_of("S = Sw<1,0,3> o 1 o (8,2); S(_,1)"), "Sw<1,0,3> o 9 o (8):(1)");
  EXPECT_EQ(error_of("A"), "column 1: there is no result named 'A'\n  A\n  ^");
  // What fails leaves the names as they were.
  EXPECT_THROW((void)book.evaluate("A = 8:8 x"), eg::error);
  EXPECT_THROW((void)book.evaluate("B = complement((2,2):(1,1), 8)"), eg::error);
  EXPECT_EQ(to_string(book.evaluate("B")), "4:2");
}

TEST(calculator, what_cannot_be_understood_has_a_column) {
  EXPECT_EQ(error_of("zipped_divide((4,8), (2,2)"), "column 27: expected ',' or ')'\n"
                                                    "  zipped_divide((4,8), (2,2)\n"
                                                    "                            ^");
  EXPECT_EQ(error_of(""), "column 1: expected an expression\n  \n  ^");
  EXPECT_EQ(error_of(" ; ;"), "column 5: expected an expression\n   ; ;\n      ^");
  EXPECT_EQ(error_of("(4,)"), "column 4: expected a number, a name, '(' or '<'\n  (4,)\n     ^");
  EXPECT_EQ(error_of("()"), "column 2: expected a number, a name, '(' or '<'\n  ()\n   ^");
  EXPECT_EQ(error_of("4 5"), "column 3: expected nothing more\n  4 5\n    ^");
  EXPECT_EQ(error_of("4:"), "column 3: expected a number, a name, '(' or '<'\n  4:\n    ^");
  EXPECT_EQ(error_of("4x"), "column 2: expected nothing more of the number\n  4x\n   ^");
  EXPECT_EQ(error_of("-"), "column 1: expected a number\n  -\n  ^");
  EXPECT_EQ(error_of("9223372036854775808"),
            "column 1: overflow, the number does not fit in 64 bits\n  9223372036854775808\n  ^");
  EXPECT_EQ(value_of("-9223372036854775808"), "-9223372036854775808");
  EXPECT_EQ(error_of("<4:1,8)"), "column 7: expected ',' or '>'\n  <4:1,8)\n        ^");
  EXPECT_EQ(error_of("Sw<1,2>"),
            "column 1: a swizzle is written Sw<bits,base,shift> with three integers\n  Sw<1,2>\n  ^");
  EXPECT_EQ(error_of("8:1:2"), "column 4: expected nothing more\n  8:1:2\n     ^");
  EXPECT_EQ(error_of("(4:1):2"),
            "column 1: a shape is an integer or a tuple of integers, this is a tiler\n  (4:1):2\n  ^");
  EXPECT_EQ(error_of("4:true"),
            "column 3: a stride is an integer or a tuple of integers, this is a truth\n  4:true\n    ^");
  EXPECT_EQ(error_of("(4,true)"), "column 1: a truth cannot stand in a tuple\n  (4,true)\n  ^");
  EXPECT_EQ(error_of("coalesce"),
            "column 1: 'coalesce' is an operation, its arguments follow in parentheses\n  coalesce\n  ^");
  EXPECT_EQ(error_of("size = 4"), "column 1: 'size' is an operation, choose another name\n  size = 4\n  ^");
  EXPECT_EQ(error_of("o = 4"), "column 1: 'o' is part of the notation, choose another name\n  o = 4\n  ^");
  EXPECT_EQ(error_of("A = (4,2); A(true)"),
            "column 12: only a layout has values at coordinates, this is a tuple\n"
            "  A = (4,2); A(true)\n"
            "             ^");
  EXPECT_EQ(error_of("A = 8:1; A(4:1)"),
            "column 10: a coordinate has integers, tuples and '_', not a layout\n"
            "  A = 8:1; A(4:1)\n"
            "           ^");
  EXPECT_EQ(error_of(std::string("4\0005", 3)), "column 2: expected nothing more\n  4?5\n   ^");
  EXPECT_EQ(error_of("(4,\x80)"), "column 4: expected a number, a name, '(' or '<'\n  (4,?)\n     ^");
  try {
    (void)calculator::evaluate("coalesce(4:1))");
    ADD_FAILURE() << "accepted";
  } catch (calculator::expression_error const& e) {
    EXPECT_EQ(e.column(), 14U);
  }
  // Of a long text the part about the column is shown.
  auto const error = error_of(std::string(500, ' ') + "?" + std::string(500, ' '));
  EXPECT_EQ(error.substr(0, error.find('\n')), "column 501: expected a number, a name, '(' or '<'");
  auto const line = error.substr(error.find('\n') + 1);
  EXPECT_EQ(line.find('?') + line.find('\n') + 1, line.rfind('^')); // the caret is under the letter
  EXPECT_LT(line.size(), 220U);
  EXPECT_NE(error_of(std::string(100000, '(')).find("column 101: too deep"), std::string::npos);
  EXPECT_NE(error_of(std::string(33, '(') + "1" + std::string(33, ')')).find("too deep"), std::string::npos);
}

TEST(calculator, unknown_operations_and_wrong_arguments) {
  EXPECT_EQ(error_of("zip_divide(8:1, 2)"),
            "column 1: there is no operation or result 'zip_divide', did you mean "
            "'zipped_divide'?\n  zip_divide(8:1, 2)\n  ^");
  EXPECT_EQ(error_of("(4, colasce(8:1))"),
            "column 5: there is no operation or result 'colasce', did you mean "
            "'coalesce'?\n  (4, colasce(8:1))\n      ^");
  EXPECT_EQ(error_of("frobnicate(1)"),
            "column 1: there is no operation or result 'frobnicate'\n  frobnicate(1)\n  ^");
  EXPECT_EQ(error_of("complement(true)"),
            "column 1: complement takes complement(layout, tuple) or complement(layout), "
            "not (truth)\n  complement(true)\n  ^");
  EXPECT_EQ(error_of("nullspace()"),
            "column 1: nullspace takes nullspace(layout), not ()\n  nullspace()\n  ^");
  EXPECT_EQ(error_of("(1,2) o Sw<1,2,3>").substr(0, 44), "column 7: composition takes composition(layo");
  EXPECT_THROW((void)calculator::call("frobnicate", {8}), eg::error);
  EXPECT_THROW((void)calculator::call("nullspace", {true}), eg::error);
  EXPECT_EQ(to_string(calculator::call("size", {eg::layout(8)})), "8");
}

TEST(calculator, refusals_keep_their_words) {
  EXPECT_EQ(error_of("complement((2,2):(1,1), 8)"),
            eg::error(eg::try_complement(eg::layout({2, 2}, {1, 1}), 8).why).what());
  EXPECT_EQ(error_of("take((2,3):(1,2), 1, 5000000000)"),
            "the number 5000000000 refused: it is no count or mode");
  EXPECT_EQ(error_of("(4,0):(1,1)"), "layout((4,0)) refused: a shape must be at least 1, leaf 1 is 0");
  EXPECT_EQ(error_of("Sw<3,4,2>").substr(0, 26), "swizzle Sw<3,4,2> refused:");
  EXPECT_EQ(value_of("is_injective((4,2):(1,2))").substr(0, 44),
            "false: is_injective((4,2):(1,2)) refused: tw");
}

TEST(text, tilers_swizzles_composed_layouts) {
  static_assert(eg::parse_tiler("<4:1,(8,_),(2,2):(1,4)>") ==
                eg::tiler{eg::layout(4, 1), {8, eg::_}, eg::layout{{2, 2}, {1, 4}}});
  static_assert(eg::parse_tiler(" ( 4 , (8,_) ) ") == eg::tiler{4, {8, eg::_}});
  static_assert(eg::parse_tiler("128") == eg::tiler(128) && eg::parse_tiler("_") == eg::tiler(eg::_));
  static_assert(eg::parse_tiler("(4):(2)") == eg::tiler(eg::layout{{4}, {2}}));
  static_assert(eg::parse_swizzle("Sw<3,4,-3>") == eg::swizzle{3, 4, -3});
  static_assert(eg::parse_composed("Sw<3,4,3> o 7 o (8,64):(64,1)") ==
                eg::composed_layout{eg::swizzle{3, 4, 3}, 7, eg::layout{{8, 64}, {64, 1}}});
  static_assert(eg::parse_composed("5 o 8:2").offset == 5 &&
                eg::parse_composed("8:2").inner == eg::layout(8, 2));
  auto const refusal = [](auto const& call) -> std::string {
    try {
      call();
    } catch (eg::error const& e) {
      return e.what();
    }
    return "(no refusal)";
  };
  EXPECT_EQ(refusal([] { (void)eg::parse_tiler("<4:1,8)"); }),
            "parse_tiler(\"<4:1,8)\") refused: column 7: expected ',' or '>'");
  EXPECT_EQ(refusal([] { (void)eg::parse_tiler("(4,0)"); }), "a tiler refused: the integer 0 is below 1");
  EXPECT_EQ(refusal([] { (void)eg::parse_swizzle("Sw<3,4"); }),
            "parse_swizzle(\"Sw<3,4\") refused: column 7: expected ','");
  EXPECT_EQ(refusal([] { (void)eg::parse_swizzle("Sw<3,4,99>"); }),
            "parse_swizzle(\"Sw<3,4,99>\") refused: column 8: a number of a swizzle is at most 62");
  EXPECT_EQ(refusal([] { (void)eg::parse_composed("Sw<3,4,3> (8,64)"); }),
            "parse_composed(\"Sw<3,4,3> (8,64)\") refused: column 11: expected 'o'");
  EXPECT_EQ(refusal([] { (void)eg::parse_composed("Sw<3,4,3> o 0 o (8,64) x"); }),
            "parse_composed(\"Sw<3,4,3> o 0 o (8,64) x\") refused: column 24: expected nothing more");
  EXPECT_EQ(
      fmt::format("{} {}", eg::swizzle{3, 4, 3}, eg::composed_layout{eg::swizzle{1, 2, 3}, 0, eg::layout(8)}),
      "Sw<3,4,3> Sw<1,2,3> o 0 o 8:1");
  EXPECT_EQ(fmt::format("{} {:.5}", eg::is_injective(eg::layout(8)), eg::is_injective(eg::layout(8, 0))),
            "true false");
}

} // namespace
