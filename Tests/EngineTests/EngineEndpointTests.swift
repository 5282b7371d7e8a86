import Testing

@testable import Engine

@Suite("Addresses and headers")
struct EngineEndpointTests {
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
            (.unixSocket("/run/a b/e.sock"), "http://localhost/v1/models"),
        ])
    func addresses(endpoint: EngineEndpoint, expected: String) {
        #expect(endpoint.address(of: "/v1/models") == expected)
    }

    @Test(
        "no proxy is asked for what is on this machine",
        arguments: [
            ("http://localhost", true), ("http://127.0.0.1:8000/v1", true), ("http://a:b@[::1]:80", true),
            ("unix:/run/e.sock", true), ("https://localhost.example", false), ("http://10.0.0.1:80", false),
            ("http://localhost@h/", false), ("https://[2001:db8::1]/v1", false),
        ])
    func thisMachine(text: String, isOnIt: Bool) {
        #expect(EngineEndpoint(text)?.isOnThisMachine == isOnIt)
    }

    @Test("durations in a message")
    func durations() {
        #expect(Duration.seconds(600).secondsText == "600 s")
        #expect(Duration.milliseconds(1500).secondsText == "1.5 s")
    }

    @Test(
        "credentials in an address are used and never shown",
        arguments: [
            ("http://anna:s3cret@h:8000/v1", "http://***@h:8000/v1"), ("https://s3cret@h", "https://***@h"),
            ("http://anna:p@s3cret@h?key=a@b", "http://***@h?key=a@b"),
            ("http://anna:pass#s3cret@h", "http://***@h"), ("http://anna:s/3cret@h", "http://***@h"),
            ("anna:s3cret@h:80", "***@h:80"),
        ])
    func credentials(text: String, shown: String) {
        #expect(EngineEndpoint.redacted(text) == shown)
        guard let endpoint = EngineEndpoint(text) else { return }
        #expect(endpoint.description == shown)
        #expect(endpoint.address(of: "/health").contains("3cret@h"))
    }

    @Test("an at sign elsewhere in an address is no credential")
    func addressesWithoutCredentials() {
        for text in ["http://h/a@b", "http://h:1/v1?key=a@b", "unix:/run/a@b.sock"] {
            #expect(EngineEndpoint(text)?.description == text)
        }
    }

    @Test("an endpoint is read as it is shown")
    func reading() {
        for text in ["http://127.0.0.1:8000", "https://h/v1", "unix:/run/e.sock"] {
            #expect(EngineEndpoint(text)?.description == text)
        }
        for text in ["", "http://", "unix:", "unix:relative.sock", "127.0.0.1:8000", "ftp://h"] {
            #expect(EngineEndpoint(text) == nil)
        }
    }
}
