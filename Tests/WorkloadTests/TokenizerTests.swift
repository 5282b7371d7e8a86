import Testing

@testable import Workload

@Suite struct TokenizerTests {
    private func words(_ text: String) -> [String] {
        let tokenizer = Tokenizer(text)
        return tokenizer.tokens.map { tokenizer.spelling(of: $0) }
    }

    @Test func foldsCaseInThreeAlphabets() {
        #expect(words("HeLLo ÄRGER ΣΟΦΙΑ МОСКВА") == ["hello", "ärger", "σοφια", "москва"])
    }

    @Test func numbersAreAlike() {
        #expect(words("12 345.67 x9") == ["0", "0", "x", "0"])
        #expect(Tokenizer("12").tokens[0].hash == Tokenizer("9,999").tokens[0].hash)
    }

    @Test func ideographsStandAlone() {
        #expect(words("翻译成English") == ["翻", "译", "成", "english"])
        #expect(Tokenizer("ひらがな").shape.kana == 4)
    }

    @Test func openings() {
        let tokens = Tokenizer("One two. Three\nfour\n\nfive").tokens
        #expect(tokens.map(\.opening) == [.paragraph, .none, .sentence, .line, .paragraph])
    }

    @Test func shapeOfCode() {
        let shape = Tokenizer("```c\nint main(void) {\n    return 0;\n}\n```").shape
        #expect(shape.fences == 2)
        #expect(shape.codeLineEnds == 3)
        #expect(shape.indentedLines == 1)
    }

    @Test func aLimitMayCutACharacter() {
        for limit in 0...12 {
            #expect(Tokenizer("añ好🙂б", limit: limit).shape.bytes == limit)
        }
    }

    @Test func theLexiconsKnowTheirWords() {
        for word in ["python", "story", "translate", "übersetze", "résume", "español"] {
            #expect(Lexicon.kinds.kind(of: Hashing.word(word.utf8)) != 0, "\(word)")
        }
        for (word, topic) in [("sister", WordTopic.person), ("planet", .nature), ("miete", .money)] {
            #expect(Lexicon.topics.kind(of: Hashing.word(word.utf8)) == topic.rawValue, "\(word)")
        }
        for lexicon in [Lexicon.kinds, .topics] {
            #expect(lexicon.kind(of: Hashing.word("zyxgarble".utf8)) == 0)
        }
    }

    @Test func theLongestEntryOfIdeographsWins() {
        let tokenizer = Tokenizer("首相と首都")
        let topics = tokenizer.tokens.indices.map {
            Lexicon.topics.kind(of: tokenizer, at: $0, end: tokenizer.tokens.count)
        }
        #expect(topics[0] == WordTopic.office.rawValue)
        #expect(topics[3] == WordTopic.geography.rawValue)
    }

    @Test func namesAreCapitalsWithinASentence() {
        let text = "Where did Ada Brown live? She moved. Say: Hello to I and HMS \"Beagle\"\nNow"
        let tokenizer = Tokenizer(text)
        let names = tokenizer.tokens.filter(\.isName).map { tokenizer.spelling(of: $0) }
        #expect(names == ["ada", "brown", "hms"])
    }

    @Test func codeFencesNameTheirLanguage() {
        let tokenizer = Tokenizer("Fix `x`:\n```Swift\nlet a = 1\n```\nand\n```\nplain\n```python")
        let tags = tokenizer.tokens.filter(\.isFenceTag).map { tokenizer.spelling(of: $0) }
        #expect(tags == ["swift", "python"])
    }

    @Test func tailIsTheLastLine() {
        let tokenizer = Tokenizer(String(repeating: "word ", count: 80) + "\nWho built it?")
        let zones = TextZones(tokenizer)
        #expect(tokenizer.spelling(zones.tail) == "who built it ?")
        #expect(zones.lead.count == 48)
    }
}
