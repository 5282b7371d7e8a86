/// A small symmetric positive definite system, solved by Cholesky's decomposition.
struct SymmetricSystem: Sendable {
    private let size: Int
    private var matrix: [Double]

    init(matrix rows: [[Double]]) {
        size = rows.count
        matrix = rows.flatMap(\.self)
    }

    /// Adds `weight` · v·vᵀ.
    mutating func add(_ vector: [Double], weight: Double) {
        for row in 0..<size {
            for column in 0...row { matrix[row * size + column] += weight * vector[row] * vector[column] }
        }
    }

    /// The inverse, row by row.
    func inverse() -> [[Double]] {
        let factor = cholesky()
        return (0..<size).map { row in
            var unit = Array(repeating: 0.0, count: size)
            unit[row] = 1
            return Self.solve(factor, size, unit)
        }
    }

    private func cholesky() -> [Double] {
        var factor = matrix
        for row in 0..<size {
            for column in 0...row {
                var sum = matrix[row * size + column]
                for index in 0..<column {
                    sum -= factor[row * size + index] * factor[column * size + index]
                }
                factor[row * size + column] =
                    row == column ? max(sum, 1e-12).squareRoot() : sum / factor[column * size + column]
            }
        }
        return factor
    }

    private static func solve(_ factor: [Double], _ size: Int, _ right: [Double]) -> [Double] {
        var result = right
        for row in 0..<size {
            for column in 0..<row { result[row] -= factor[row * size + column] * result[column] }
            result[row] /= factor[row * size + row]
        }
        for row in (0..<size).reversed() {
            for below in row + 1..<size {
                result[row] -= factor[below * size + row] * result[below]
            }
            result[row] /= factor[row * size + row]
        }
        return result
    }
}
