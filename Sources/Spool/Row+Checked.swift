import GRDB

extension Row {
    /// The value of `column`.
    ///
    /// GRDB's subscript ends the process where a value cannot be converted, as in a ledger that the disk damaged.
    ///
    /// - Throws: `DatabaseError` (`SQLITE_CORRUPT`) if there is no such column, or another kind of value in it.
    func value<Value: DatabaseValueConvertible>(_ column: String) throws -> Value {
        guard let stored: DatabaseValue = self[column], let value = Value.fromDatabaseValue(stored) else {
            throw DatabaseError(
                resultCode: .SQLITE_CORRUPT, message: "the column \(column) of a row cannot be read")
        }
        return value
    }

    /// The value of `column`, nil where there is none; see ``value(_:)``.
    func optionalValue<Value: DatabaseValueConvertible>(_ column: String) throws -> Value? {
        if let stored: DatabaseValue = self[column], stored.isNull { return nil }
        return try value(column)
    }
}
