import Testing

@testable import Settings

@Suite struct RuleTests {
    @Test func rulesComeInTheOrderOfTheirNames() async throws {
        let settings = try await ConfigurationFile(
            """
            rules:
              b:
                workload: math
                system-prompt: tutor
              a:
                workload: code
                pattern: "^def "
                custom-id-prefix: "py-"
                metadata: "team=dev"
            """
        ).load()
        #expect(
            settings.rules == [
                RuleSettings(
                    name: "a", workload: "code", customIDPrefix: "py-", metadata: "team=dev",
                    systemPrompt: nil, pattern: "^def "),
                RuleSettings(
                    name: "b", workload: "math", customIDPrefix: nil, metadata: nil, systemPrompt: "tutor",
                    pattern: nil),
            ])
    }

    @Test func aRuleNamesItsWorkload() async throws {
        let error = try await ConfigurationFile("rules: {a: {pattern: x}}").failure()
        #expect(error.key == "rules.a.workload")
        #expect(error.problem.hasPrefix("is missing"))
    }

    @Test func aRuleHasACondition() async throws {
        let error = try await ConfigurationFile("rules: {a: {workload: code}}").failure()
        #expect(error.key == "rules.a")
        #expect(error.problem.hasPrefix("has no condition"))
    }

    @Test(arguments: [
        "rules: {a: {workload: code, patern: x}}", "rules: {a: code}", "rules: [a]", "rules: 3",
        "rules: {a: {workload: {b: c}}}",
    ])
    func whatIsNoRuleIsRefused(text: String) async throws {
        let error = try await ConfigurationFile(text).failure()
        #expect(error.problem.hasPrefix("a rule is rules.NAME with the fields workload, "))
    }

    @Test func aFieldTakesText() async throws {
        let error = try await ConfigurationFile("rules: {a: {workload: code, pattern: [x]}}").failure()
        #expect(error.key == "rules.a.pattern")
        #expect(error.problem == "takes text")
    }
}
