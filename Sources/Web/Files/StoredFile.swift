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
    /// Nil for a file that stays until somebody removes it.
    let expiresAt: Date?

    init(_ upload: Upload, expiresAt: Date?) {
        self.init(
            id: .upload(upload.id), name: upload.fileName, bytes: upload.bytes, createdAt: upload.createdAt,
            purpose: .input, expiresAt: expiresAt)
    }

    init(id: FileID, name: String, bytes: Int, createdAt: Date, purpose: Purpose, expiresAt: Date? = nil) {
        self.id = id
        self.name = name
        self.bytes = bytes
        self.createdAt = createdAt
        self.purpose = purpose
        self.expiresAt = expiresAt
    }

    var json: JSON {
        [
            "id": .string(id.text), "object": "file", "bytes": JSON(bytes),
            "created_at": JSON(seconds: createdAt),
            "filename": .string(name), "purpose": .string(purpose.rawValue), "status": "processed",
            "status_details": .null, "expires_at": JSON(seconds: expiresAt),
        ]
    }
}

extension JSON {
    /// A time as OpenAI writes it, in whole seconds since 1970; `null` for nil.
    init(seconds date: Date?) {
        self.init(date.map { Int($0.timeIntervalSince1970) })
    }
}
