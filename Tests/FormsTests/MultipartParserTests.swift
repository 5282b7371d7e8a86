import Testing

@testable import Forms

@Suite("Multipart bodies")
struct MultipartParserTests {
    @Test("fields and files, each with its content")
    func parts() throws {
        let body =
            "--x\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\nbatch\r\n"
            + "--x \t\r\nContent-Type: application/octet-stream\r\n"
            + "content-disposition: form-data; name=\"file\"; filename=\"a b.jsonl\"\r\n\r\n"
            + "{}\r\n--y\r\n{}\n\r\n--x--\r\nepilogue"
        let parts = try MultipartReading.parts(of: Array(body.utf8))
        #expect(parts.map(\.head.name) == ["purpose", "file"])
        #expect(parts.map(\.head.fileName) == [nil, "a b.jsonl"])
        #expect(parts.map(\.text) == ["batch", "{}\r\n--y\r\n{}\n"])
    }

    @Test("a text before the first delimiter is passed over, and a part may be empty")
    func preamble() throws {
        let body = "nothing\r\n--x\r\nContent-Disposition: form-data; name=a\r\n\r\n\r\n--x--"
        let parts = try MultipartReading.parts(of: Array(body.utf8))
        #expect(parts.map(\.head.name) == ["a"] && parts.map(\.text) == [""])
    }

    @Test(
        "what clients call a file, as they write it",
        arguments: [
            (#"filename="a.jsonl""#, "a.jsonl"),
            (#"filename=a.jsonl"#, "a.jsonl"),
            (#"filename="a \"b\" \\ c.jsonl""#, #"a "b" \ c.jsonl"#),
            (#"filename="C:\dir\a.jsonl""#, #"C:\dir\a.jsonl"#),
            (#"filename="a%22b%0D%0A.jsonl""#, "a\"b\r\n.jsonl"),
            (#"filename="../../etc/passwd""#, "../../etc/passwd"),
            (#"filename="é; x=.jsonl""#, "é; x=.jsonl"),
            (#"filename="x"; filename*=UTF-8''na%C3%AFve.jsonl"#, "naïve.jsonl"),
            (#"filename="x"; filename*=latin1''x%FF"#, "x"),
            (#"filename="""#, ""),
        ])
    func fileNames(written: String, name: String) throws {
        let body =
            "--x\r\nContent-Disposition: form-data; name=\"file\"; \(written)\r\n\r\nc\r\n--x--\r\n"
        let parts = try MultipartReading.parts(of: Array(body.utf8))
        #expect(parts.map(\.head.fileName) == [name])
    }

    @Test(
        "what is no multipart body is refused, and one that broke off is told",
        arguments: [
            ("", "broke off"),
            ("{}", "broke off"),
            ("--x\r\nContent-Disposition: form-data; name=a\r\n\r\nc\r\n--x", "broke off"),
            ("--x\r\nContent-Disposition: form-data; name=a\r\n\r\nc", "broke off"),
            ("--x\nContent-Disposition: form-data; name=a\n\nc\n--x--\n", "something else than a line end"),
            ("--xy\r\nContent-Disposition: form-data; name=a\r\n\r\nc\r\n--x--", "something else"),
            ("--x\r\n\r\nc\r\n--x--\r\n\r\n", "is none"),
            ("--x\r\nContent-Type: text/plain\r\n\r\nc\r\n--x--", "no header Content-Disposition"),
            ("--x\r\nContent-Disposition: attachment; name=a\r\n\r\nc\r\n--x--", "no header"),
            ("--x\r\nContent-Disposition: form-data; name=\"a\r\n\r\nc\r\n--x--", "cannot be read"),
            ("--x\r\nContent-Disposition: form-data; name=a; name=b\r\n\r\nc\r\n--x--", "cannot be read"),
            ("--x\r\nno header\r\n\r\nc\r\n--x--", "is none"),
        ])
    func malformed(body: String, words: String) {
        let error = #expect(throws: FormError.self) { try MultipartReading.parts(of: Array(body.utf8)) }
        #expect(error?.problem.contains(words) == true, "\(error?.problem ?? "")")
    }

    @Test("headers that never end do not fill the memory")
    func endlessHead() throws {
        var parser = try MultipartParser(boundary: "x")
        try parser.feed(Array("--x\r\n".utf8)) { _ in }
        let error = #expect(throws: FormError.self) {
            for _ in 0..<40 { try parser.feed([UInt8](repeating: 0x61, count: 1000)) { _ in } }
        }
        #expect(error?.problem.contains("bytes of headers") == true)
    }

    @Test(arguments: ["", "x ", "ü", "a\"b", String(repeating: "x", count: 71)])
    func boundariesThatAreNone(_ boundary: String) {
        #expect(throws: FormError.self) { try MultipartParser(boundary: boundary) }
    }
}
