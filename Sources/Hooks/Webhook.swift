import Engine
import Foundation
import Settings

/// An address that batches' ends are posted to, as Standard Webhooks 1.0 describes.
struct Webhook: Sendable {
    let address: String
    /// Empty: nothing is signed.
    let secretFile: String
    let timeout: Duration

    /// - Parameter date: when it is posted, which is signed too.
    /// - Throws: `CancellationError`.
    func post(_ facts: BatchFacts, at date: Date) async throws -> HookOutcome {
        let body = facts.json.serialized()
        let headers: [String]
        do throws(SettingsError) { headers = try self.headers(id: facts.id, date: date, body: body) } catch {
            return .failed("\(error)")
        }
        do {
            let reply = try await HTTPPost(to: address, headers: headers, body: body, timeout: timeout).send()
            switch reply.status {
            case 200..<300: return .delivered
            case 410: return .unwanted("it answered HTTP 410, that it is gone for good")
            default:
                return .failed("it answered HTTP \(reply.status)", retryAfter: reply.retryAfter)
            }
        } catch let failure as HTTPPost.Failure {
            return .failed("\(failure)")
        }
    }

    private func headers(id: String, date: Date, body: [UInt8]) throws(SettingsError) -> [String] {
        let timestamp = Int(date.timeIntervalSince1970)
        var headers = [
            "Content-Type: application/json", "User-Agent: Draftspool", "webhook-id: \(id)",
            "webhook-timestamp: \(timestamp)",
        ]
        // Read each time: a secret is replaced without a restart.
        let signatures = try WebhookSecret.read(secretFile).map {
            $0.signature(id: id, timestamp: timestamp, body: body)
        }
        if !signatures.isEmpty { headers.append("webhook-signature: " + signatures.joined(separator: " ")) }
        return headers
    }
}
