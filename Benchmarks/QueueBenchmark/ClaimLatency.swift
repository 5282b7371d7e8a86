import Foundation

/// Measures the time from the closing of a file in `incoming/` to its claim.
struct ClaimLatency {
    let site: BenchmarkSite

    /// Drops small files one by one, each written in place and closed.
    ///
    /// - Parameter isSynced: whether the writer waits for the disk before it closes, as `draftspool submit` does.
    func measure(drops: Int, isSynced: Bool) async throws -> Latencies {
        let prefix = isSynced ? "synced" : "plain"
        var times: [Double] = []
        for index in 0..<drops {
            times.append(try dropOne("\(prefix)-\(index).txt", isSynced: isSynced))
            try await Task.sleep(for: .milliseconds(20))
        }
        try await site.wait("the outputs of \(drops) files") {
            FileManager.default.fileExists(atPath: site.output + "/\(prefix)-\(drops - 1)/summary.json")
        }
        return Latencies(times)
    }

    /// Writes a file, closes it, and looks until its name is gone from `incoming/`.
    func dropOne(_ name: String, isSynced: Bool = false) throws -> Double {
        let path = site.incoming + "/" + name
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL, 0o640)
        guard descriptor >= 0 else { throw BenchmarkFailure("cannot create \(path): \(errno)") }
        let text = "Write a line about the number of this file, \(name)."
        _ = text.withCString { write(descriptor, $0, strlen($0)) }
        if isSynced { fsync(descriptor) }
        let start = ContinuousClock.now
        close(descriptor)
        var status = stat()
        while lstat(path, &status) == 0 {
            guard start.duration(to: .now) < .seconds(60) else {
                throw BenchmarkFailure("\(name) is not claimed")
            }
            usleep(50)
        }
        return start.duration(to: .now) / .milliseconds(1)
    }
}
