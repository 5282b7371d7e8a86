import Testing

@testable import draftspool

struct TerminalTests {
    private let closed: Int32 = -1

    @Test func columnsComeFromTheEnvironmentElseTheDefault() {
        #expect(Terminal(descriptor: closed, environment: ["COLUMNS": "77"]).width == 77)
        #expect(Terminal(descriptor: closed, environment: ["COLUMNS": "wide"]).width == Terminal.defaultWidth)
        #expect(Terminal(descriptor: closed, environment: ["COLUMNS": "3"]).width == 40)
        #expect(Terminal(descriptor: closed, environment: [:]).width == Terminal.defaultWidth)
    }

    @Test func whatIsNoTerminalGetsNoColours() {
        let terminal = Terminal(descriptor: closed, environment: ["TERM": "xterm"])
        #expect(!terminal.isInteractive)
        #expect(terminal.styled("text", .red) == "text")
    }
}
