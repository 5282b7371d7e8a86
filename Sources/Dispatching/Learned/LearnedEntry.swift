import Foundation
import Speculation

/// One file of learned state.
public struct LearnedEntry: Sendable {
    public let path: String
    /// When it was last written.
    public let changedAt: Date?
    /// The figures, or why the file cannot be used.
    public let content: Result<LearnedSummary, LearnedModelError>

    init(path: String) {
        self.path = path
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        changedAt = attributes?[.modificationDate] as? Date
        do {
            let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
            content = .success(try JSONDecoder().decode(LearnedModel.self, from: bytes).summary)
        } catch let error as LearnedModelError {
            content = .failure(error)
        } catch is DecodingError {
            content = .failure(.damaged("no learned state in JSON"))
        } catch {
            content = .failure(.damaged(error.localizedDescription))
        }
    }
}
