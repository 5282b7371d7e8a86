import JSON
import Settings
import Testing

@testable import Hooks

@Suite struct BatchFactsTests {
    private func environment(_ facts: BatchFacts) -> [String: String] {
        Dictionary(
            uniqueKeysWithValues: HookVariable.allCases.map {
                ($0.rawValue, facts.value(of: $0, attempt: 3))
            })
    }

    @Test func aProgramFindsThemInItsEnvironment() {
        #expect(
            environment(SampleBatch.facts()) == [
                "DRAFTSPOOL_EVENT": "batch.finished", "DRAFTSPOOL_BATCH": "20261124-180000-00c0ffee",
                "DRAFTSPOOL_FILE": "tägliche Fragen.jsonl", "DRAFTSPOOL_STATE": "done",
                "DRAFTSPOOL_OUTPUT": "/spool/output/tägliche Fragen-2", "DRAFTSPOOL_ERROR_REPORT": "",
                "DRAFTSPOOL_PROMPTS": "10", "DRAFTSPOOL_ANSWERED": "7", "DRAFTSPOOL_FAILED": "3",
                "DRAFTSPOOL_EXPIRED": "2", "DRAFTSPOOL_CLAIMED_AT": "2026-11-24T18:00:00.000Z",
                "DRAFTSPOOL_FINISHED_AT": "2026-11-24T19:00:00.250Z", "DRAFTSPOOL_TRY": "3",
            ])
    }

    @Test func aRefusedFileHasAReportInPlaceOfAnOutput() {
        let environment = environment(SampleBatch.facts(SampleBatch.refused))
        #expect(environment["DRAFTSPOOL_STATE"] == "failed")
        #expect(environment["DRAFTSPOOL_OUTPUT"] == "")
        #expect(environment["DRAFTSPOOL_ERROR_REPORT"] == "/spool/failed/b-2.jsonl.error.json")
    }

    @Test func aWebhookIsPostedThem() throws {
        let facts = SampleBatch.facts()
        let expected = """
            {"type":"batch.finished","timestamp":"2026-11-24T19:00:00.250Z","data":{\
            "id":"20261124-180000-00c0ffee","file":"tägliche Fragen.jsonl","state":"done","prompts":10,\
            "answered":7,"failed":3,"expired":2,"output_directory":"/spool/output/tägliche Fragen-2",\
            "error_report":null,"claimed_at":"2026-11-24T18:00:00.000Z",\
            "finished_at":"2026-11-24T19:00:00.250Z"}}
            """
        #expect(facts.json.text == expected)
        #expect(facts.id == "batch_20261124-180000-00c0ffee")
    }
}
