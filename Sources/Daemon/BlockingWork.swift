import Dispatch

/// Runs work that waits for the disk on threads of its own, so that `fsync` never holds up the tasks that talk to
/// engines.
final class BlockingWork: TaskExecutor {
    private let queue: DispatchQueue

    init(label: String) {
        queue = DispatchQueue(label: label, attributes: .concurrent)
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
