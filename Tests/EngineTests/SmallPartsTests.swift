import Speculation
import Testing

@testable import Engine

@Suite("Small parts")
struct SmallPartsTests {
    @Test(
        "Retry-After is seconds or a date",
        arguments: [
            ("7", Duration.seconds(7)), ("0", .zero), ("-3", .zero), ("1.5", .milliseconds(1500)),
            ("99999999999", .seconds(86_400)), ("Sun, 06 Nov 1994 08:49:37 GMT", .seconds(37)),
            ("Sun, 06 Nov 1994 08:48:00 GMT", .zero),
        ])
    func retryAfter(header: String, expected: Duration) {
        #expect(RetryAfter.duration(header, now: 784_111_740) == expected)
    }

    @Test(
        "other Retry-After values are passed over",
        arguments: ["", "soon", "nan", "06 Nov 1994", "Sun, 06 Foo 1994 08:49:37 GMT"])
    func badRetryAfter(header: String) {
        #expect(RetryAfter.duration(header) == nil)
    }

    @Test(
        "an endpoint's addresses",
        arguments: [
            (EngineEndpoint.url("http://h:1"), "http://h:1/v1/models"),
            (.url("http://h:1/"), "http://h:1/v1/models"),
            (.url("http://h/v1"), "http://h/v1/models"), (.url("http://h/v1//"), "http://h/v1/models"),
            (.url("https://h/team/v1/"), "https://h/team/v1/models"),
            (.unixSocket("/run/a b/e.sock"), "http+unix://%2Frun%2Fa%20b%2Fe.sock/v1/models"),
        ])
    func addresses(endpoint: EngineEndpoint, expected: String) {
        #expect(endpoint.address(of: "/v1/models") == expected)
    }

    @Test("durations in a message")
    func durations() {
        #expect(Duration.seconds(600).secondsText == "600 s")
        #expect(Duration.milliseconds(1500).secondsText == "1.5 s")
        #expect(Duration.milliseconds(250).milliseconds == 250)
    }

    @Test("output is cut into the same lines however it arrives")
    func lines() {
        let text = "one\ntwo\r\n\n\u{e9}three\nlast without end"
        let expected = ["one", "two", "\u{e9}three", "last without end"]
        var random = SplitMix64(seed: 3)
        for _ in 0..<200 {
            var splitter = LineSplitter()
            var lines: [String] = []
            var rest = Array(text.utf8)[...]
            while !rest.isEmpty {
                let count = Int.random(in: 1...5, using: &random)
                lines += splitter.feed(rest.prefix(count))
                rest = rest.dropFirst(count)
            }
            if let last = splitter.finish() { lines.append(last) }
            #expect(lines == expected)
        }
    }

    @Test("a line without end is held to a bound")
    func endlessLine() {
        var splitter = LineSplitter()
        #expect(splitter.feed(repeatElement(UInt8(ascii: "x"), count: 100_000)).isEmpty)
        let lines = splitter.feed(Array("\nnext\n".utf8))
        #expect(lines.map(\.utf8.count) == [LineSplitter.maximumLineBytes, 4])
    }

    @Test("the last words are the last ones")
    func lastWords() {
        let words = LastWords(capacity: 3)
        for number in 1...5 { words.add("\(number)") }
        #expect(words.lines == ["3", "4", "5"])
    }

    @Test("a lane's command line")
    func arguments() {
        var configuration = LlamaServerConfiguration(
            server: "llama-server", model: "m.gguf", slots: 4, contextTokens: 1000, runtimeDirectory: "/run/d"
        )
        configuration.extraArguments = ["-t", "8"]
        let tail = [
            "-np", "4", "-c", "4000", "--host", "/s.sock", "--metrics", "--slots", "--no-ui", "-t", "8",
        ]
        #expect(configuration.arguments(for: .off, socketPath: "/s.sock") == ["-m", "m.gguf"] + tail)
        #expect(
            configuration.arguments(for: DraftSetting(depth: 3, pMin: 0.75), socketPath: "/s.sock")
                == ["-m", "m.gguf", "--spec-type", "draft-mtp", "--spec-draft-n-max", "3"]
                + ["--spec-draft-p-min", "0.75"] + tail)
        configuration.hasMTPBlock = false
        #expect(
            configuration.arguments(for: DraftSetting(depth: 3), socketPath: "/s.sock") == ["-m", "m.gguf"]
                + tail)
    }

    @Test("counters, llama-server's and vLLM's")
    func metrics() {
        let llama = LlamaServerMetrics(
            parsing: """
                # TYPE llamacpp:tokens_predicted_total counter
                llamacpp:tokens_predicted_total 80
                llamacpp:tokens_predicted_seconds_total 0.5
                llamacpp:spec_decode_num_draft_tokens_total 69
                llamacpp:spec_decode_num_accepted_tokens_total 53
                llamacpp:spec_decode_num_drafts_total 23
                llamacpp:requests_processing 1
                llamacpp:requests_deferred 2
                llamacpp:spec_decode_num_accepted_tokens_per_pos_total{position="1"} 18
                llamacpp:spec_decode_num_accepted_tokens_per_pos_total{position="0"} 20
                llamacpp:spec_decode_num_accepted_tokens_per_pos_total{position="2"} 15
                """)
        #expect(llama.generatedTokens == 80 && llama.generationMilliseconds == 500)
        #expect(llama.drafts == 23 && llama.draftedTokens == 69 && llama.acceptedTokens == 53)
        #expect(llama.acceptedTokensByPosition == [20, 18, 15])
        #expect(llama.requestsProcessing == 1 && llama.requestsDeferred == 2)
        let vllm = LlamaServerMetrics(
            parsing: """
                vllm:spec_decode_num_drafts_total{engine="0",model_name="m"} 4.0
                vllm:spec_decode_num_accepted_tokens_per_pos_total{engine="0",position="1"} 1.0
                vllm:generation_tokens_total{model_name="m"} 1e3
                """)
        #expect(vllm.drafts == 4 && vllm.generatedTokens == 1000 && vllm.acceptedTokensByPosition == [0, 1])
    }

    @Test(
        "what is no counter is passed over",
        arguments: [
            "", "{", "}{", "a{", "x NaN", "x{y=\"1\"}",
            "spec_decode_num_accepted_tokens_per_pos_total{position=\"-1\"} 2",
            "spec_decode_num_accepted_tokens_per_pos_total{position=\"99999999\"} 2",
            "spec_decode_num_accepted_tokens_per_pos_total 2", "spec_decode_num_drafts_total -5",
        ])
    func badMetrics(text: String) {
        #expect(LlamaServerMetrics(parsing: text) == LlamaServerMetrics())
    }

    @Test("descriptions say what to do")
    func descriptions() {
        #expect("\(EngineError.timedOut(after: .seconds(60)))".contains("raise the request timeout"))
        #expect("\(EngineError.died(lastWords: ["a", "b"], status: "exit status 1"))".hasSuffix("a\n  b"))
        #expect("\(EngineError.died(lastWords: [], status: "exit status 1"))".hasSuffix("it printed nothing"))
        #expect(!EngineError.cancelled.isRetryable)
    }
}
