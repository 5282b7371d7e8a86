import Testing

@testable import Workload

@Suite struct WorkloadRulesTests {
    private let request = WorkloadRequest(turns: [
        .init(role: .system, text: "You are the Release Notes bot."),
        .init(role: .user, text: "an earlier question"),
        .init(role: .assistant, text: "an answer about SQL"),
        .init(role: .user, text: "Ticket ABC-1234: rewrite this"),
    ])

    private func rule(
        _ name: String, _ workload: Workload = .code, _ conditions: WorkloadRule.Condition...
    ) throws -> WorkloadRule {
        try WorkloadRule(name: name, workload: workload, conditions: conditions)
    }

    private func applies(
        _ condition: WorkloadRule.Condition, customID: String? = nil, metadata: [String: String] = [:]
    ) throws -> Bool {
        try rule("r", .code, condition).applies(customID: customID, metadata: metadata, request: request)
    }

    @Test func customIDPrefix() throws {
        #expect(try applies(.customIDPrefix("nightly-"), customID: "nightly-17"))
        #expect(try !applies(.customIDPrefix("nightly-"), customID: "daily-nightly-17"))
        #expect(try !applies(.customIDPrefix("nightly-"), customID: nil))
    }

    @Test func metadata() throws {
        #expect(try applies(.metadata(key: "team", value: "docs"), metadata: ["team": "docs"]))
        #expect(try !applies(.metadata(key: "team", value: "docs"), metadata: ["team": "Docs"]))
        #expect(try !applies(.metadata(key: "team", value: "docs")))
    }

    @Test func systemPrompt() throws {
        #expect(try applies(.systemContains("release NOTES")))
        #expect(try !applies(.systemContains("Ticket")))
        #expect(try applies(.systemMatches(#"Notes\s+bot"#)))
        #expect(try !applies(.systemMatches(#"^Notes"#)))
    }

    @Test func textIsTheLastUserMessage() throws {
        #expect(try applies(.textMatches(#"[A-Z]+-\d{4}"#)))
        #expect(try !applies(.textMatches("earlier")))
        #expect(try !applies(.textMatches("SQL")))
    }

    @Test func bothEndsOfALongTextAreSeen() throws {
        let filler = String(repeating: "€ lorem ipsum ", count: 20_000)
        let long = WorkloadRequest(prompt: "alpha " + filler + "middle " + filler + " omega")
        for (pattern, expected) in [("^alpha", true), ("omega$", true), ("middle", false)] {
            let rule = try rule("r", .math, .textMatches(pattern))
            #expect(rule.applies(customID: nil, metadata: [:], request: long) == expected, "\(pattern)")
        }
    }

    @Test func allConditionsMustHold() throws {
        let both = try rule("both", .creative, .customIDPrefix("a"), .textMatches("Ticket"))
        #expect(both.applies(customID: "a1", metadata: [:], request: request))
        #expect(!both.applies(customID: "b1", metadata: [:], request: request))
    }

    @Test func theFirstRuleThatAppliesWins() throws {
        let rules = try WorkloadRules([
            rule("never", .math, .customIDPrefix("zzz")),
            rule("first", .translation, .textMatches("Ticket")),
            rule("second", .code, .textMatches("Ticket")),
        ])
        let match = rules.match(customID: "x", metadata: [:], request: request)
        #expect(match?.workload == .translation)
        #expect(match?.ruleName == "first")
        #expect(WorkloadRules.none.match(customID: "x", metadata: [:], request: request) == nil)
    }

    @Test func errorsNameTheRule() throws {
        #expect(throws: WorkloadRuleError.noCondition(rule: "bare")) {
            try WorkloadRule(name: "bare", workload: .code, conditions: [])
        }
        #expect(throws: WorkloadRuleError.emptyName(workload: .code)) {
            try rule("", .code, .customIDPrefix("a"))
        }
        #expect(throws: WorkloadRuleError.duplicateName(rule: "twin")) {
            try WorkloadRules([
                rule("twin", .code, .customIDPrefix("a")), rule("twin", .math, .customIDPrefix("b")),
            ])
        }
        let broken = #expect(throws: WorkloadRuleError.self) {
            try rule("tickets", .code, .textMatches("[A-Z"))
        }
        #expect(broken?.description.contains("'tickets'") == true)
        #expect(broken?.description.contains("[A-Z") == true)
    }

    @Test(arguments: [
        WorkloadRule.Condition.customIDPrefix(""), .metadata(key: "", value: "a"), .systemContains(""),
        .systemMatches(""), .textMatches(""),
    ])
    func emptyConditionsAreRefused(_ condition: WorkloadRule.Condition) {
        let error = #expect(throws: WorkloadRuleError.self) { try rule("r", .code, condition) }
        #expect(error?.description.contains("'r'") == true)
    }
}
