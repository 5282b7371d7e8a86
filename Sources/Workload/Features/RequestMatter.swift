/// What the text of a request amounts to, for the rules that come before any weight.
package struct RequestMatter: Sendable {
    /// Nothing to read anywhere: an empty request, or only images.
    package let isEmpty: Bool
    /// The last message has no words of a language: encoded bytes, a stray letter, or marks only.
    package let isNoise: Bool

    init(text: Tokenizer, hasOtherText: Bool) {
        isEmpty = text.tokens.isEmpty && !hasOtherText
        let words = text.tokens.lazy.filter { $0.kind == .word || $0.kind == .ideograph }.count
        let shape = text.shape
        let onlyMarks = words == 0 && shape.numbers == 0
        let almostNothing = shape.letters <= 2 && shape.numbers == 0 && shape.ideographs == 0
        let oneRun = shape.longestRun >= 120 && shape.longestRun * 5 >= shape.bytes * 4
        isNoise = !text.tokens.isEmpty && (onlyMarks || almostNothing || oneRun) && !hasOtherText
    }
}
