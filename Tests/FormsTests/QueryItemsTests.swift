import TestSupport
import Testing

@testable import Forms

@Suite("Query strings and header values")
struct QueryItemsTests {
    @Test func itemsAreDecoded() throws {
        let items = try QueryItems("after=batch_1&limit=20&q=a+b%26c%3D%C3%A9&empty=&bare&&")
        #expect(items["after"] == "batch_1" && items["limit"] == "20")
        #expect(items["q"] == "a b&c=é")
        #expect(items["empty"] == "" && items["bare"] == "" && items["none"] == nil)
        #expect(try QueryItems("") == QueryItems())
    }

    @Test(arguments: ["a=%", "a=%4", "a=%zz", "a=%FF", "%=1", "a=1&a=2", "a=1&%61=1"])
    func whatIsMalformedIsRefused(_ query: String) {
        #expect(throws: FormError.self) { try QueryItems(query) }
    }

    @Test func whatIsEncodedReadsBack() throws {
        var generator = SeededGenerator(seed: 44)
        for _ in 0..<300 {
            let text = RandomJSON.string(using: &generator)
            let encoded = text.utf8.map { byte in
                let digits = String(byte, radix: 16)
                return "%" + (digits.count == 1 ? "0" : "") + digits
            }.joined()
            let decoded = try #require(PercentEncoding.decoded(encoded))
            #expect(Array(decoded.utf8) == Array(text.utf8))
        }
    }

    @Test func parametersOfAHeader() throws {
        let type = try #require(HeaderValue(#"Multipart/Form-Data;boundary="a;b" ; Charset=utf-8 ;"#))
        #expect(type.value == "multipart/form-data")
        #expect(type.parameters == ["boundary": "a;b", "charset": "utf-8"])
        #expect(HeaderValue("text/plain")?.parameters == [:])
        #expect(HeaderValue("")?.value == "")
    }

    @Test(arguments: ["a; b", "a; =b", "a; b=", "a; b=\"c", "a; b=\"c\"d", "a; b=1; B=2", "a; b=c\"d\""])
    func aHeaderWithoutSense(_ text: String) {
        #expect(HeaderValue(text) == nil)
    }

    @Test func arbitraryTextIsSurvived() {
        var generator = SeededGenerator(seed: 45)
        for _ in 0..<3_000 {
            let text = RandomJSON.string(using: &generator) + ";=\"%" + RandomJSON.string(using: &generator)
            _ = HeaderValue(text)
            _ = try? QueryItems(text)
            _ = try? MultipartParser(boundary: text)
        }
    }
}
