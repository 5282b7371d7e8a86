import Foundation
import JSON

/// A file as the API shows it.
struct StoredFile: Sendable {
    enum Purpose: String, Sendable, CaseIterable {
        case input = "batch"
        case output = "batch_output"
    }

    let id: FileID
    let name: String
    let bytes: Int
    let createdAt: Date
    let purpose: Purpose

    init(_ upload: Upload) {
        self.init(
            id: .upload(upload.id), name: upload.fileName, bytes: upload.bytes, createdAt: upload.createdAt,
            purpose: .input)
    }

    init(id: FileID, name: String, bytes: Int, createdAt: Date, purpose: Purpose) {
        self.id = id
        self.name = name
        self.bytes = bytes
        self.createdAt = createdAt
        self.purpose = purpose
    }

    var json: JSON {
        [
            "id": .string(id.text), "object": "file", "bytes": JSON(bytes),
            "created_at": JSON(seconds: createdAt),
            "filename": .string(name), "purpose": .string(purpose.rawValue), "status": "processed",
            "status_details": .null, "expires_at": .null,
        ]
    }
}

extension JSON {
    /// A time as OpenAI writes it, in whole seconds since 1970; `null` for nil.
    init(seconds date: Date?) {
        self.init(date.map { Int($0.timeIntervalSince1970) })
    }
}
