import Foundation
import Testing

@testable import Settings

@Suite struct MistakeTests {
    @Test func anUnknownKeyIsNamedWithItsLineAndAGuess() async throws {
        let file = try ConfigurationFile("# first\nengine:\n  slots: 2\n  modle: /m.gguf\n")
        let error = try await file.failure()
        #expect(error.key == "engine.modle")
        #expect(error.origin == file.path + ":4")
        #expect(error.problem.contains("did you mean 'engine.model'?"))
    }

    @Test func anUnknownKeyLikeNoOtherPointsToTheDocumentation() async throws {
        let error = try await ConfigurationFile("frobnicate: 3").failure()
        #expect(error.problem == "unknown key; examples/draftspool.yaml lists all keys")
    }

    /// What each kind of key refuses, and what the message says it takes.
    @Test(arguments: [
        ("engine.slots", "many", "takes a whole number or auto"),
        ("engine.slots", "2.5", "takes a whole number or auto"),
        ("engine.slots", "[1, 2]", "takes a whole number or auto"),
        ("engine.context", "auto", "takes a whole number"),
        ("engine.lane-overlap", "soon", "'soon' is none of auto, always, never"),
        ("speculation.p-min", "low", "takes a number or auto"),
        ("speculation.probe", "perhaps", "takes true or false"),
        ("engine.extra-arguments", "--verbose", "takes a list of texts"),
        ("engine.start-timeout", "soon", "takes a duration such as 90s, 5m or 2h, not 'soon'"),
        ("engine.start-timeout", "-5s", "takes a duration such as 90s, 5m or 2h, not '-5s'"),
        ("input.max-line-size", "big", "takes a size such as 64KiB, 16MiB or 1GiB, not 'big'"),
        ("input.max-line-size", "0", "takes a size such as 64KiB, 16MiB or 1GiB, not '0'"),
        ("engine.server", "[a, b]", "takes text"),
        ("engine.slots", "0", "0 is not from 1 to 256"),
        ("engine.slots", "257", "257 is not from 1 to 256"),
        ("engine.context", "255", "255 is not from 256 to 16777216"),
        ("speculation.max-depth", "17", "17 is not from 0 to 16"),
        ("speculation.p-min", "1.5", "1.5 is not from 0.0 to 1.0"),
        ("speculation.p-min", ".nan", "nan is not from 0.0 to 1.0"),
        ("dispatch.max-attempts", "0", "0 is not from 1 to 100"),
        ("input.rescan-interval", "10ms", "must be at least 100ms"),
        ("engine.request-timeout", "0", "must be at least 1s"),
        ("engine.request-timeout", "999ms", "must be at least 1s"),
        ("engine.start-timeout", "0s", "must be at least 1s"),
        ("engine.stall-timeout", "1ms", "must be at least 100ms, or 0 for never"),
        ("input.max-line-size", "255", "must be at least 256 bytes, or no prompt is accepted"),
        ("engine.server", "\"\"", "is empty; it names the llama-server program"),
        ("metrics.textfile", "/tmp/", "names a directory; name a file in it, such as draftspool.prom"),
        ("web.listen-anywhere", "perhaps", "takes true or false"),
    ])
    func aWrongValueIsNamedWithItsLineAndWhatIsTaken(path: String, value: String, problem: String)
        async throws
    {
        let parts = path.split(separator: ".")
        let file = try ConfigurationFile("\(parts[0]):\n\n  \(parts[1]): \(value)\n")
        let error = try await file.failure()
        #expect(error.key == path)
        #expect(error.origin == file.path + ":3")
        #expect(error.problem == problem)
        #expect("\(error)" == "\(file.path):3: '\(path)': \(problem)")
    }

    /// Who upgrades need not edit a file first.
    @Test func aKeyThatIsGoneIsRemarkedOnAndRefusesNothing() async throws {
        let file = try ConfigurationFile("speculation:\n  max-depth: 3\n  exploration-share: 0.02\n")
        let settings = try await file.load(
            environment: ["DRAFTSPOOL_SPECULATION_EXPLORATION_SHARE": "0.1"])
        #expect(settings.speculation.maximumDepth == 3)
        let said = "'speculation.exploration-share' has no effect any more: "
        #expect(settings.remarks.count == 2)
        #expect(settings.remarks.first?.hasPrefix("\(file.path):3: \(said)") == true)
        #expect(
            settings.remarks.last?.hasPrefix(
                "environment variable DRAFTSPOOL_SPECULATION_EXPLORATION_SHARE: \(said)") == true)
        #expect(try await ConfigurationFile("log-level: info").load().remarks.isEmpty)
    }

    @Test(arguments: ["spool", "log-level"])
    func aTopLevelTextIsChecked(path: String) async throws {
        let error = try await ConfigurationFile("\(path): [1, 2]").failure()
        #expect(error.key == path)
    }

    @Test func anUnknownLogLevelListsTheKnownOnes() async throws {
        let error = try await ConfigurationFile("log-level: loud").failure()
        #expect(error.problem.hasPrefix("'loud' is none of trace, debug, info"))
    }

    @Test func aSpoolThatSomebodyLeftEmptyIsRefused() async throws {
        let file = try ConfigurationFile("")
        #expect(try await file.failure(flags: ["spool": ""]).key == "spool")
        #expect(try await file.failure(environment: ["DRAFTSPOOL_SPOOL": ""]).key == "spool")
    }

    @Test func anEndpointNeedsAScheme() async throws {
        let error = try await ConfigurationFile("engine: {endpoint: 'localhost:80'}").failure()
        #expect(error.key == "engine.endpoint")
        #expect(error.problem.contains("must begin with http://"))
    }

    @Test func anEndpointsCredentialsAreNotRepeated() async throws {
        let error = try await ConfigurationFile("engine: {endpoint: 'htp://anna:s3cret@h'}").failure()
        #expect(error.key == "engine.endpoint")
        #expect(!"\(error)".contains("s3cret"))
    }

    /// Where zero says something, it is taken.
    @Test(arguments: [
        "engine.stop-timeout", "engine.stall-timeout", "dispatch.retry-delay", "dispatch.drain-timeout",
        "dispatch.max-lane-wait", "input.settle-time", "retention.done-age", "retention.ledger-age",
        "retention.upload-age",
    ])
    func zeroIsTakenWhereItSaysSomething(path: String) async throws {
        let parts = path.split(separator: ".")
        _ = try await ConfigurationFile("\(parts[0]):\n  \(parts[1]): 0\n").load()
    }

    @Test func theOriginOfAWrongValueIsWhereItCameFrom() async throws {
        let file = try ConfigurationFile("engine: {slots: 2}")
        #expect(
            try await file.failure(environment: ["DRAFTSPOOL_ENGINE_SLOTS": "x"]).origin
                == "environment variable DRAFTSPOOL_ENGINE_SLOTS")
        #expect(try await file.failure(flags: ["engine.slots": "x"]).origin == "command line")
    }

    @Test func anUnknownVariableIsNamedWithAGuess() async throws {
        let error = try await ConfigurationFile("").failure(environment: ["DRAFTSPOOL_ENGINE_SLOT": "2"])
        #expect(error.origin == "environment variable DRAFTSPOOL_ENGINE_SLOT")
        #expect(error.problem == "unknown; did you mean 'DRAFTSPOOL_ENGINE_SLOTS'?")
    }

    @Test func variablesOfOthersAreNoConcern() async throws {
        _ = try await ConfigurationFile("").load(environment: ["PATH": "/bin", "DRAFTSPOOLX": "1"])
    }

    @Test(arguments: ["engine: 5", "engine: [a]", "input: text"])
    func aSectionTakesKeys(text: String) async throws {
        let error = try await ConfigurationFile(text).failure()
        #expect(error.problem == "is a section and takes keys below it")
    }

    @Test(arguments: [
        ("spool: {a: b}", "spool.a"), ("engine: {slots: {a: 1}}", "engine.slots.a"), ("spool: {}", "spool"),
        ("engine: {slots: {}}", "engine.slots"),
    ])
    func aKeyIsNoSection(text: String, key: String) async throws {
        let error = try await ConfigurationFile(text).failure()
        #expect(error.key == key)
    }

    /// All keys of a section commented out leave the section's name behind.
    @Test(arguments: ["engine:\n  # slots: 2\n", "rules:\n", "engine: {}\n", "rules: {}\n"])
    func anEmptySectionIsFine(text: String) async throws {
        #expect(try await ConfigurationFile(text).load() == (try await ConfigurationFile("").load()))
    }

    @Test(arguments: ["a: [", "a: b: c", "\tengine: 1", "- 1\n- 2", "just text", "spool: /a\nspool: /b"])
    func whatIsNoMappingIsRefusedWithTheFile(text: String) async throws {
        let file = try ConfigurationFile(text)
        let error = try await file.failure()
        #expect(error.origin.hasPrefix(file.path))
    }

    @Test func aNamedFileMustBeThere() async throws {
        let error = await #expect(throws: SettingsError.self) {
            try await SettingsLoader(file: "/nonexistent/draftspool.yaml", environment: [:]).load()
        }
        #expect(error?.origin == "/nonexistent/draftspool.yaml")
    }
}
