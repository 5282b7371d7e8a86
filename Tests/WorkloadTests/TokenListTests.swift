import Testing

@testable import Workload

@Suite struct TokenListTests {
    @Test func aTokenEndsWhereTheNextBegins() {
        var list = TokenList()
        list.begin(.word, isName: true, isFenceTag: true)
        list.add(0x61)
        list.add(0x62)
        #expect(list.kind == .word && list.tokens.isEmpty)
        list.mark(0x3F)
        #expect(list.kind == nil)
        list.end()
        #expect(list.tokens.map(\.kind) == [.word, .mark], "there was none to end")
        #expect(list.folded == Array(" ab ? ".utf8))
        #expect(list.tokens[0].isName && list.tokens[0].isFenceTag && !list.tokens[1].isName)
        #expect(list.tokens[0].hash == Hashing.word("ab".utf8))
    }

    @Test func oneLetterIsNoName() {
        var list = TokenList()
        list.begin(.word, isName: true)
        list.add(0x69)
        list.end()
        #expect(list.tokens.first?.isName == false)
    }

    @Test func theGreatestOpeningCounts() {
        var list = TokenList()
        list.mark(0x3A)
        list.open(.line)
        list.open(.sentence)
        list.mark(0x3A)
        list.mark(0x3A)
        #expect(list.tokens.map(\.opening) == [.paragraph, .line, .none])
    }

    @Test func aWordIsCutWhereNoneIsSoLong() {
        var list = TokenList()
        list.begin(.word)
        for _ in 0..<63 { list.add(0x61) }
        #expect(list.continuesWord)
        list.add(0x61)
        #expect(!list.continuesWord)
    }
}
