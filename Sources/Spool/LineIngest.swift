import PromptBatch

/// Takes lines of a batch file apart: parses and annotates each, several blocks at once.
struct LineIngest: Sendable {
    let parser: PromptParser
    let batchID: String
    let maximumLineBytes: Int
    let annotate: BatchIngest.Annotate

    /// Reads blocks; their lines come back in order.
    func read(_ blocks: [LineBlocks.Block]) async -> IngestedLines {
        let parts = await withTaskGroup(of: (Int, IngestedLines).self) { group in
            for (index, block) in blocks.enumerated() {
                group.addTask { (index, read(block)) }
            }
            var parts = [IngestedLines](repeating: IngestedLines(), count: blocks.count)
            for await (index, lines) in group { parts[index] = lines }
            return parts
        }
        return parts.reduce(into: IngestedLines()) { whole, part in
            whole.prompts += part.prompts
            whole.problems += part.problems
        }
    }

    private func read(_ block: LineBlocks.Block) -> IngestedLines {
        var read = IngestedLines()
        read.prompts.reserveCapacity(block.lines.count)
        block.bytes.withUnsafeBytes { bytes in
            for line in block.lines { add(line, bytes: bytes, to: &read) }
        }
        return read
    }

    private func add(_ line: LineBlocks.Line, bytes: UnsafeRawBufferPointer, to read: inout IngestedLines) {
        do throws(PromptProblem) {
            guard let range = line.range else {
                throw PromptProblem.lineTooLong(line: line.number, limit: maximumLineBytes)
            }
            let text = UnsafeRawBufferPointer(rebasing: bytes[range])
            let prompt = try parser.parseLine(text, line: line.number)
            read.prompts.append(
                NewPrompt(
                    line: line.number, offset: line.offset, length: line.length,
                    customID: prompt.customID, hasExplicitID: prompt.hasExplicitID,
                    digest: ContentDigest.of(text), deadline: prompt.deadline,
                    content: .queued(annotate(prompt), priority: prompt.priority)))
        } catch {
            read.problems.append(error)
            read.prompts.append(
                NewPrompt(
                    line: line.number, offset: line.offset, length: line.length, customID: nil,
                    hasExplicitID: false, digest: nil,
                    content: .rejected(
                        errorLine: OutputLine(problem: error, batchID: batchID).serialized())))
        }
    }
}
