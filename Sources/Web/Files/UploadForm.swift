import Forms
import Spool

/// The form by which a file is uploaded; the file goes to disk as it comes.
final class UploadForm {
    private static let mostFieldBytes = 4096
    private static let onlyPurpose = "batch"

    private let store: UploadStore
    private var parser: MultipartParser
    private var field: (name: String, value: [UInt8])?
    private var purpose: String?
    private var fileName: String?
    private var writer: UploadWriter?

    /// - Parameter contentType: the request's.
    /// - Throws: ``APIError`` if that is no form's, ``FormError`` if it has no boundary.
    init(contentType: String?, store: UploadStore) throws {
        guard let type = contentType.flatMap({ HeaderValue($0) }), type.value == "multipart/form-data" else {
            throw APIError.invalid(
                "Files are uploaded as multipart/form-data, with the fields purpose and file.")
        }
        parser = try MultipartParser(boundary: type.parameters["boundary"] ?? "")
        self.store = store
    }

    /// Takes the next bytes of the body.
    func take(_ bytes: [UInt8]) throws {
        try parser.feed(bytes) { try take($0) }
    }

    /// Ends the body.
    ///
    /// - Returns: The upload, which is on disk and kept from now on.
    func finish() throws -> Upload {
        try parser.finish()
        guard let writer, let fileName else { throw missing("file") }
        guard purpose != nil else { throw missing("purpose") }
        guard writer.byteCount > 0 else { throw APIError.invalid("The file is empty.", param: "file") }
        return try store.keep(writer, fileName: fileName)
    }

    /// Leaves nothing of a form that came to no good end.
    func discard() { writer?.discard() }

    private func take(_ event: MultipartParser.Event) throws {
        switch event {
        case .part(let head) where head.name == "file":
            guard writer == nil else { throw APIError.invalid("There are two files.", param: "file") }
            writer = try store.begin()
            fileName = head.fileName ?? "file.jsonl"
        case .part(let head): field = (head.name, [])
        case .content(let bytes):
            guard field != nil else {
                try writer?.write(bytes)
                return
            }
            field?.value += bytes
            guard field?.value.count ?? 0 <= Self.mostFieldBytes else {
                throw APIError.tooLarge("A field has more than \(Self.mostFieldBytes) bytes.")
            }
        case .endOfPart:
            if let field { try note(field.name, String(decoding: field.value, as: UTF8.self)) }
            field = nil
        }
    }

    private func note(_ name: String, _ value: String) throws {
        guard name == "purpose" else {
            let reason =
                name.hasPrefix("expires_after")
                ? "Unsupported parameter: 'expires_after'. How long uploads are kept is said in the daemon's "
                    + "configuration, under retention."
                : "Unknown parameter: '\(name)'."
            throw APIError.invalid(reason, param: name, code: "unknown_parameter")
        }
        guard value == Self.onlyPurpose else {
            throw APIError.invalid(
                "Invalid value: '\(value)'. The only purpose here is '\(Self.onlyPurpose)'.", param: name,
                code: "invalid_value")
        }
        purpose = value
    }

    private func missing(_ name: String) -> APIError {
        .invalid("Missing required parameter: '\(name)'.", param: name, code: "missing_required_parameter")
    }
}
