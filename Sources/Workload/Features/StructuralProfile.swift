/// The properties of the last message's shape.
struct StructuralProfile {
    private let text: Tokenizer
    private let zones: TextZones

    init(_ text: Tokenizer, zones: TextZones) {
        self.text = text
        self.zones = zones
    }

    func forEach(_ body: (StructuralFeature) -> Void) {
        size(body)
        questions(body)
        numbers(body)
        code(body)
        scripts(body)
    }

    private func size(_ body: (StructuralFeature) -> Void) {
        let shape = text.shape
        let length: StructuralFeature =
            switch shape.totalBytes {
            case ...16: .length16
            case ...64: .length64
            case ...128: .length128
            case ...256: .length256
            case ...512: .length512
            case ...1024: .length1k
            case ...2048: .length2k
            case ...4096: .length4k
            case ...16384: .length16k
            default: .lengthMore
            }
        body(length)
        let lines: StructuralFeature =
            switch shape.lines {
            case ...1: .oneLine
            case ...5: .fewLines
            case ...20: .manyLines
            default: .veryManyLines
            }
        body(lines)
        let rest = text.tokens.count - zones.lead.count
        let share = Double(rest) / Double(text.tokens.count)
        let given: StructuralFeature =
            switch share {
            case ..<0.05: .onlyInstruction
            case ..<0.5: .someGivenText
            case ..<0.85: .halfGivenText
            default: .mostlyGivenText
            }
        body(given)
        body(
            shape.paragraphs == 0
                ? .singleParagraph : shape.paragraphs == 1 ? .twoParagraphs : .moreParagraphs)
        if zones.lead.count >= 48 { body(.longFirstLine) }
        if shape.listLines > 0 { body(shape.listLines * 2 > shape.lines ? .mostlyList : .listLines) }
        if shape.colonLineEnds > 0 { body(.colonLines) }
        if shape.quotes > 0 { body(.quotes) }
        if shape.blanks > 1 { body(.blanks) }
        let words = text.tokens.count
        if words == 1 { body(.oneWord) } else if words < 5 { body(.fewWords) }
        if shape.longestRun > 80 { body(.longRun) }
    }

    private func questions(_ body: (StructuralFeature) -> Void) {
        let shape = text.shape
        if shape.endsWithQuestion {
            body(.endsWithQuestion)
            if shape.bytes > 600 { body(.questionAfterLongText) }
        }
        if shape.questionMarks == 1 {
            body(.oneQuestion)
        } else if shape.questionMarks > 1 {
            body(.severalQuestions)
        }
    }

    private func numbers(_ body: (StructuralFeature) -> Void) {
        let shape = text.shape
        let count: StructuralFeature =
            switch shape.numbers {
            case 0: .noDigits
            case 1: .oneNumber
            case 2: .twoNumbers
            case ...7: .fewNumbers
            default: .manyNumbers
            }
        body(count)
        if shape.digits * 8 > shape.bytes { body(.digitHeavy) }
        if shape.operators > 2 { body(.manyOperators) } else if shape.operators > 0 { body(.operators) }
        if shape.dollars > 0 { body(.money) }
        if shape.percents > 0 { body(.percent) }
    }

    private func code(_ body: (StructuralFeature) -> Void) {
        let shape = text.shape
        if shape.fences > 0 { body(.codeFence) }
        let density = Double(shape.codeMarks) / Double(max(shape.bytes, 1))
        if shape.codeMarks >= 2 {
            switch density {
            case ..<0.015: break
            case ..<0.04: body(.codeMarksSome)
            case ..<0.09: body(.codeMarksMany)
            default: body(.codeMarksDense)
            }
        }
        if shape.codeLineEnds > 3 {
            body(.manyCodeLineEnds)
        } else if shape.codeLineEnds > 0 {
            body(.codeLineEnds)
        }
        if shape.indentedLines > 0 {
            body(shape.indentedLines * 2 > shape.lines ? .mostlyIndented : .indentedLines)
        }
    }

    private func scripts(_ body: (StructuralFeature) -> Void) {
        let shape = text.shape
        if shape.accentedLetters > 0 {
            body(shape.accentedLetters * 3 > shape.letters ? .mostlyAccented : .accented)
        }
        if shape.ideographs > 0 { body(.ideographs) }
        if shape.kana > 0 { body(.kana) }
        if shape.letters > 20, shape.upperCase == 0, shape.ideographs == 0 { body(.lowerCaseOnly) }
        if shape.upperCase * 2 > shape.letters, shape.letters > 8 { body(.upperCaseHeavy) }
        switch text.tokens[zones.lead].count(where: \.isName) {
        case 0: break
        case 1: body(.oneName)
        case 2: body(.twoNames)
        default: body(.manyNames)
        }
        guard !zones.tail.isEmpty else { return }
        let ask = wideBytes(zones.lead)
        let rest = wideBytes(zones.lead.upperBound..<text.tokens.count)
        if ask == 0, rest > 2 { body(.asciiAskForeignText) }
        if ask > 0, rest == 0 { body(.foreignAskAsciiText) }
    }

    private func wideBytes(_ range: Range<Int>) -> Int {
        guard let first = range.first, let last = range.last else { return 0 }
        let start = Int(text.tokens[first].start)
        let end = Int(text.tokens[last].start + text.tokens[last].length)
        return text.folded[start..<end].reduce(0) { $0 + ($1 >= 0x80 ? 1 : 0) }
    }
}
