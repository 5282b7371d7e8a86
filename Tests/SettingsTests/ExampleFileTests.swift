import Foundation
import Testing
import Yams

@testable import Settings

/// `examples/draftspool.yaml` is the documentation of the configuration; it must say what the code does.
@Suite struct ExampleFileTests {
    static let path = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("examples/draftspool.yaml").path

    @Test func everyKeyIsThereAndNothingElse() throws {
        let text = try String(contentsOfFile: Self.path, encoding: .utf8)
        let outline = try YAMLOutline(text: text, file: Self.path, mapValues: SettingKey.mapValues)
        #expect(Set(outline.leaves.map(\.path)) == Set(SettingKey.all.map(\.path)))
        #expect(outline.leaves.count == SettingKey.all.count)
    }

    @Test(arguments: SettingKey.all.map(\.path))
    func everyKeyHasItsDefault(path: String) throws {
        let key = try #require(SettingKey.all.first { $0.path == path })
        var node = try #require(
            try Yams.compose(yaml: try String(contentsOfFile: Self.path, encoding: .utf8)))
        for part in path.split(separator: ".") { node = try #require(node.mapping?[String(part)]) }
        if SettingKey.mapValues[path] != nil {
            #expect(node.mapping?.isEmpty == true)
            return
        }
        switch key.defaultValue {
        case .string(let text): #expect(node.string == text)
        case .int(let number): #expect(node.int == number)
        case .double(let number): #expect(node.float == number)
        case .bool(let flag): #expect(node.bool == flag)
        case .stringArray(let texts): #expect(node.sequence?.compactMap(\.string) == texts)
        default: Issue.record("\(path) has a default of a kind that no key takes")
        }
    }

    @Test func theFileGivesTheSameSettingsAsNoFile() async throws {
        let documented = try await SettingsLoader(file: Self.path, environment: [:]).load()
        let defaults = try await ConfigurationFile("").load()
        #expect(documented == defaults)
    }

    @Test func theExampleRulesAreUsable() async throws {
        let text = try String(contentsOfFile: Self.path, encoding: .utf8)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let start = try #require(lines.firstIndex(of: "# rules:"))
        let rules = lines[start...].map { $0.hasPrefix("# ") ? String($0.dropFirst(2)) : "" }
        let settings = try await ConfigurationFile(rules.joined(separator: "\n")).load()
        #expect(settings.rules.map(\.name) == ["nightly-translation", "shell", "support-tickets", "tutor"])
        #expect(settings.rules.map(\.workload) == ["translation", "code", "extraction", "math"])
        #expect(settings.rules[1].pattern == #"(?i)\bbash\b"#)
    }

    @Test func everyKeyHasItsOwnVariableAndASummary() {
        #expect(Set(SettingKey.all.map(\.path)).count == SettingKey.all.count)
        #expect(Set(SettingKey.all.map(\.environmentVariable)).count == SettingKey.all.count)
        #expect(SettingKey.all.allSatisfy { !$0.summary.isEmpty })
    }
}
