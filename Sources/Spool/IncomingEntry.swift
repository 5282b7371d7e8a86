import Foundation

/// What stands in `incoming/` under one name.
public struct IncomingEntry: Sendable, Hashable {
    /// What is to be done with it.
    public enum Kind: Sendable, Hashable {
        /// A regular file to be taken.
        case complete(Closure)
        /// A regular file that is being written, or may be.
        case growing
        /// Something that is no regular file; it is left alone.
        case foreign(String)
    }

    public let name: FileName
    public let kind: Kind

    /// Looks at `name` in `incoming/`, of which we were told that a writer has closed it or that it was renamed in.
    ///
    /// - Returns: Nil if there is nothing under the name or the name is ignored.
    public init?(announced name: FileName, in layout: SpoolLayout) {
        self.init(name, in: layout) { _ in .complete(.announced) }
    }

    /// Looks at `name` in `incoming/`, found by reading the directory.
    ///
    /// Where the kernel does not tell whether somebody writes it, a file that we saw a writer open, by its `history`, is
    /// left alone until its writer has closed it, and any other is taken when it has not changed for `settleTime`.
    ///
    /// - Returns: Nil if there is nothing under the name or the name is ignored.
    public init?(
        found name: FileName, in layout: SpoolLayout, history: History?, settleTime: Duration
    ) {
        // Asking takes opening the file, which must not be mistaken for a writer's doing.
        self.init(name, in: layout, asksKernel: history != .created) { status in
            if history == .announced { return .complete(.announced) }
            // A second name needs no writer.
            guard history != .opened || status.links > 1 else { return .growing }
            let age = layout.disk.now.timeIntervalSince(max(status.modifiedAt, status.changedAt))
            return age >= settleTime / .seconds(1) || age < -60 ? .complete(.quiet) : .growing
        }
    }

    /// What was seen of a name in `incoming/`.
    public enum History: Sendable, Hashable {
        /// It was made, and nobody has opened it yet: a link, perhaps.
        case created
        /// Its maker has opened it and has not closed it.
        case opened
        /// A writer has closed it, or it was renamed in.
        case announced
    }

    private init?(
        _ name: FileName, in layout: SpoolLayout, asksKernel: Bool = true, untold: (FileStatus) -> Kind
    ) {
        let path = name.path(in: layout.incoming)
        guard !SpoolLayout.isIgnored(name: name.text), let status = (try? layout.disk.status(of: path)) ?? nil
        else { return nil }
        self.name = name
        switch status.kind {
        case .regular:
            kind =
                switch asksKernel ? layout.disk.hasWriter(path) : nil {
                case true?: .growing
                case false?: .complete(.known)
                case nil: untold(status)
                }
        case .directory: kind = .foreign("a directory")
        case .symbolicLink: kind = .foreign("a symbolic link")
        case .fifo: kind = .foreign("a FIFO")
        case .socket: kind = .foreign("a socket")
        case .device: kind = .foreign("a device")
        }
    }
}

/// How we know that a file's writer has closed it.
public enum Closure: Int, Sendable, Hashable {
    /// Not at all: the file had not changed for a while.
    case quiet = 0
    /// A writer has closed it, or it was renamed in; whether another has it open is not known.
    case announced = 1
    /// The kernel says that nobody has it open for writing.
    case known = 2
}
