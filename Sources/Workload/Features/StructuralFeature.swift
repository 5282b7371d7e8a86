/// A property of the request's shape rather than of its words. Raw values are rows of the weights: append only.
package enum StructuralFeature: Int, CaseIterable, Sendable {
    // The last user message.
    case length16, length64, length128, length256, length512, length1k, length2k, length4k, length16k
    case lengthMore
    case oneLine, fewLines, manyLines, veryManyLines
    case onlyInstruction, someGivenText, halfGivenText, mostlyGivenText
    case singleParagraph, twoParagraphs, moreParagraphs
    case longFirstLine
    case endsWithQuestion, oneQuestion, severalQuestions, questionAfterLongText
    case noDigits, oneNumber, twoNumbers, fewNumbers, manyNumbers, digitHeavy
    case operators, manyOperators, money, percent
    case codeFence, codeMarksSome, codeMarksMany, codeMarksDense
    case codeLineEnds, manyCodeLineEnds, indentedLines, mostlyIndented
    case listLines, mostlyList, colonLines, quotes, blanks
    case accented, mostlyAccented, ideographs, kana
    case asciiAskForeignText, foreignAskAsciiText
    case lowerCaseOnly, upperCaseHeavy
    case fewWords, oneWord, noWords
    case longRun
    // The request around it.
    case wantsJSON, hasTools, thinking, nonTextParts
    case systemPrompt, longSystemPrompt
    case followUp, laterFollowUp, assistantWroteCode, assistantWroteLong, toolResult
    case noUserTurn
    // Capitals within a sentence of the opening.
    case oneName, twoNames, manyNames

    /// How strongly a property that holds counts, against a hashed family's 1.
    package static let strength: Float = 0.5

    /// The property in words.
    var label: String {
        switch self {
        case .length16: "up to 16 bytes"
        case .length64: "up to 64 bytes"
        case .length128: "up to 128 bytes"
        case .length256: "up to 256 bytes"
        case .length512: "up to 512 bytes"
        case .length1k: "up to 1 kB"
        case .length2k: "up to 2 kB"
        case .length4k: "up to 4 kB"
        case .length16k: "up to 16 kB"
        case .lengthMore: "over 16 kB"
        case .oneLine: "one line"
        case .fewLines: "2 to 5 lines"
        case .manyLines: "6 to 20 lines"
        case .veryManyLines: "over 20 lines"
        case .onlyInstruction: "an instruction alone"
        case .someGivenText: "some given text"
        case .halfGivenText: "half given text"
        case .mostlyGivenText: "mostly given text"
        case .singleParagraph: "one paragraph"
        case .twoParagraphs: "two paragraphs"
        case .moreParagraphs: "several paragraphs"
        case .longFirstLine: "long first line"
        case .endsWithQuestion: "ends with a question mark"
        case .oneQuestion: "one question mark"
        case .severalQuestions: "several question marks"
        case .questionAfterLongText: "a question after a long text"
        case .noDigits: "no digits"
        case .oneNumber: "one number"
        case .twoNumbers: "two numbers"
        case .fewNumbers: "3 to 7 numbers"
        case .manyNumbers: "8 or more numbers"
        case .digitHeavy: "many digits"
        case .operators: "an arithmetic operator"
        case .manyOperators: "several arithmetic operators"
        case .money: "a dollar sign"
        case .percent: "a percent sign"
        case .codeFence: "a code fence"
        case .codeMarksSome: "some code punctuation"
        case .codeMarksMany: "much code punctuation"
        case .codeMarksDense: "dense code punctuation"
        case .codeLineEnds: "a line that ends like code"
        case .manyCodeLineEnds: "many lines that end like code"
        case .indentedLines: "an indented line"
        case .mostlyIndented: "mostly indented lines"
        case .listLines: "a list item"
        case .mostlyList: "mostly list items"
        case .colonLines: "a line that ends with a colon"
        case .quotes: "quotation marks"
        case .blanks: "a blank to fill in"
        case .accented: "letters beyond ASCII"
        case .mostlyAccented: "mostly letters beyond ASCII"
        case .ideographs: "Chinese, Japanese or Korean"
        case .kana: "Japanese"
        case .asciiAskForeignText: "a plain instruction with a foreign text"
        case .foreignAskAsciiText: "a foreign instruction with a plain text"
        case .lowerCaseOnly: "lower case only"
        case .upperCaseHeavy: "mostly upper case"
        case .fewWords: "2 to 4 words"
        case .oneWord: "one word"
        case .noWords: "no words"
        case .longRun: "a long run without spaces"
        case .wantsJSON: "a JSON or grammar answer is required"
        case .hasTools: "tools are offered"
        case .thinking: "thinking is on"
        case .nonTextParts: "parts that are not text"
        case .systemPrompt: "a system prompt"
        case .longSystemPrompt: "a long system prompt"
        case .followUp: "a second message of the user"
        case .laterFollowUp: "a later message of the user"
        case .assistantWroteCode: "the last answer had a code fence"
        case .assistantWroteLong: "the last answer was long"
        case .toolResult: "a tool's result"
        case .noUserTurn: "no message of the user"
        case .oneName: "a name"
        case .twoNames: "two names"
        case .manyNames: "several names"
        }
    }
}
