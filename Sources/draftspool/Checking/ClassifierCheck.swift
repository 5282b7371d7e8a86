import Intake
import PromptBatch
import Settings

/// Whether workloads can be told: the classifier inside the program, and the site's rules.
struct ClassifierCheck: Sendable {
    let settings: Settings

    func findings() -> [Finding] {
        do {
            _ = try PromptJudge(rules: settings.rules)
        } catch let error as SettingsError {
            return [.fail("rules", "\(error)", remedy: "mend the rule in the configuration")]
        } catch {
            return [.fail("classifier", "\(error)", remedy: "install the program again")]
        }
        let rules =
            settings.rules.isEmpty ? "" : ", \(FigureText.count(settings.rules.count, "rule")) in force"
        return [.ok("classifier", "loaded\(rules)")]
    }
}
