import PromptBatch
import Testing

@testable import Spool

/// Which of several batches of one name a person means.
@Suite struct NamedBatchTests {
    private struct Batch: NamedBatch, Equatable {
        let id: String
        let name = "a.jsonl"
        let state: BatchState
    }

    @Test(arguments: [BatchState.ingesting, .running, .publishing])
    func theOneThatIsOpen(state: BatchState) throws {
        let batches = [
            Batch(id: "3", state: .done), Batch(id: "2", state: state), Batch(id: "1", state: .failed),
        ]
        #expect(try batches.openOne(called: "a") == batches[1])
    }

    @Test func noneWhereAllHaveEnded() throws {
        let batches = [Batch(id: "2", state: .done), Batch(id: "1", state: .failed)]
        #expect(try batches.openOne(called: "a") == nil)
    }

    @Test func severalAreNotGuessedAmong() {
        let batches = [Batch(id: "2", state: .running), Batch(id: "1", state: .ingesting)]
        let error = #expect(throws: AmbiguousBatchName.self) { try batches.openOne(called: "a") }
        #expect(error?.problem == "2 open batches are called a")
        #expect(error?.remedy == "name one by its id: 2, 1")
    }

    @Test func aFileIsCalledByItsNameOrItsStem() {
        for name in ["a.b", "a.b.jsonl"] { #expect(FileStem.isName(name, of: "a.b.jsonl")) }
        for name in ["a", "", "a.b.json"] { #expect(!FileStem.isName(name, of: "a.b.jsonl")) }
    }
}
