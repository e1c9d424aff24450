// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/layout/calculator/detail/parser.hpp>

/// Expressions in CuTe notation, evaluated at run time:
///
///   calculator::to_string(calculator::evaluate("zipped_divide((8,16):(1,8), (4,8))"))
///     == "((4,8),(2,2)):((1,8),(4,64))"
///
/// integers `8`, tuples `(4,(2,8))`, coordinates and tilers `(16,_)`, layouts `(4,8):(8,1)`, tilers with
/// layouts `<4:1,8,_>`, `A o B` for the composition, named results `A = (8,8):(8,1); logical_divide(A, 4)`,
/// `A(2,3)` and `A(_,3)` for a named layout at a coordinate, `take<0,2>(A)` for `take(A, 0, 2)`.
/// `operations()` lists what can be called.
namespace enigma::calculator {

/// Evaluates expressions that may refer to the named results of earlier ones.
class workbook {
public:
  /// The value of the last of the expressions, which are divided by ';' or line breaks.
  /// Errors: expression_error (with a caret under the column) for what cannot be understood; the refusals
  /// of the algebra in their own words.
  value evaluate(std::string_view text) { return detail::parser(text, names_).all(); }
  /// The results named so far.
  [[nodiscard]] std::map<std::string, value, std::less<>> const& names() const { return names_; }

private:
  detail::parser::names names_;
};

/// The value of the last of the expressions in `text`. Errors: as workbook::evaluate.
[[nodiscard]] inline value evaluate(std::string_view text) {
  return workbook().evaluate(text);
}

/// Calls an operation of the table. Errors: no such operation, arguments that it does not take, its refusals.
[[nodiscard]] inline value call(std::string_view name, std::vector<value> const& arguments) {
  std::string words;
  auto const* o = detail::find(name, arguments, words);
  if (o == nullptr) {
    if (detail::is_operation(name))
      words = std::string(name) + " refused: it " + words;
    refused(words.c_str());
  }
  return o->call(arguments.data(), static_cast<int>(arguments.size()));
}

/// "zipped_divide(layout, tiler)".
[[nodiscard]] inline std::string signature(operation const& o) {
  return detail::signature_of(o);
}

} // namespace enigma::calculator
