/// Counts of what a text is made of, gathered while it is split into tokens.
struct TextShape {
    /// Bytes looked at (at most ``Tokenizer/lookBytes``).
    var bytes = 0
    /// Bytes of the whole text.
    var totalBytes = 0
    var lines = 0
    var paragraphs = 0
    var digits = 0
    var numbers = 0
    var letters = 0
    /// Letters beyond ASCII that are not ideographs.
    var accentedLetters = 0
    var ideographs = 0
    var kana = 0
    var upperCase = 0
    /// `{ } ( ) [ ] ; < > = _ \ | & # @ ~ ^`
    var codeMarks = 0
    var quotes = 0
    var questionMarks = 0
    var dollars = 0
    var percents = 0
    /// `+ - * / = ^ ×` with a digit or a single letter on its left.
    var operators = 0
    var fences = 0
    /// Lines that begin with at least two spaces or a tab.
    var indentedLines = 0
    /// Lines that begin with `-`, `*`, a bullet, or a number and a dot.
    var listLines = 0
    /// Lines that end with `;`, `{`, `}` or `):`.
    var codeLineEnds = 0
    var colonLineEnds = 0
    var longestRun = 0
    var endsWithQuestion = false
    var blanks = 0
    var controls = 0
}
