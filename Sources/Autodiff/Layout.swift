// Operations that move elements and compute nothing.

extension Tensor {
  /// The same elements in another shape of the same count.
  public func reshaped(_ target: Shape) -> Tensor {
    if target == shape { return self }
    precondition(
      target.count == shape.count, "reshaped: \(shape) does not have the elements of \(target)")
    let source = shape
    return Tensor(shape: target, values: values, node: nil).recording(self) {
      $0.one($0.cotangent.reshaped(source))
    }
  }

  /// One element of each row of a matrix [r, c], at the given columns: a vector [r].
  public func selecting(columns indices: [Int32]) -> Tensor {
    let (rows, columns) = matrixShape("selecting")
    precondition(
      indices.count == rows, "selecting: \(indices.count) columns for the rows of \(shape)")
    let selected = Tensor(shape: Shape(vector: rows)) { result in
      values.withUnsafeBufferPointer { x in
        for row in 0..<rows {
          let column = Int(indices[row])
          precondition(
            column >= 0 && column < columns, "selecting: \(shape) has no column \(column)")
          result[row] = x[row * columns + column]
        }
      }
    }
    return selected.recording(self) {
      $0.one($0.cotangent.scattered(toColumns: indices, of: columns))
    }
  }

  /// A vector [r] as a matrix [r, count] of zeros but for one element a row, at the given columns.
  public func scattered(toColumns indices: [Int32], of count: Int) -> Tensor {
    precondition(
      shape.rank == 1 && indices.count == shape[0],
      "scattered: \(indices.count) columns for a tensor of shape \(shape)")
    let matrix = Tensor(shape: Shape(rows: indices.count, columns: count)) { result in
      result.update(repeating: 0, count: indices.count * count)
      for (row, column) in indices.enumerated() {
        precondition(
          column >= 0 && column < count, "scattered: there is no column \(column) of \(count)")
        result[row * count + Int(column)] = values[row]
      }
    }
    return matrix.recording(self) { $0.one($0.cotangent.selecting(columns: indices)) }
  }

  /// Matrices with equal numbers of rows, side by side.
  public static func concatenatingColumns(_ parts: [Tensor]) -> Tensor {
    precondition(!parts.isEmpty, "concatenatingColumns: nothing to concatenate")
    let rows = parts[0].matrixShape("concatenatingColumns").rows
    var starts: [Int] = []
    var total = 0
    for part in parts {
      let shape = part.matrixShape("concatenatingColumns")
      precondition(
        shape.rows == rows,
        "concatenatingColumns: the rows of \(parts[0].shape) and \(part.shape) differ")
      starts.append(total)
      total += shape.columns
    }
    let width = total
    let result = Tensor(shape: Shape(rows: rows, columns: width)) { result in
      for (part, start) in Swift.zip(parts, starts) {
        let columns = part.shape[1]
        part.values.withUnsafeBufferPointer { x in
          for row in 0..<rows {
            for column in 0..<columns {
              result[row * width + start + column] = x[row * columns + column]
            }
          }
        }
      }
    }
    let offsets = starts
    return result.recording(parts) { context in
      context.many { part in
        let start = offsets[part]
        return context.cotangent.columns(start..<start + context.inputs[part].shape[1])
      }
    }
  }

  /// Some adjacent columns of a matrix.
  public func columns(_ range: Range<Int>) -> Tensor {
    let (rows, columns) = matrixShape("columns")
    precondition(
      range.lowerBound >= 0 && range.upperBound <= columns,
      "columns: \(shape) has no columns \(range)")
    let width = range.count
    let slice = Tensor(shape: Shape(rows: rows, columns: width)) { result in
      values.withUnsafeBufferPointer { x in
        for row in 0..<rows {
          for column in 0..<width {
            result[row * width + column] = x[row * columns + range.lowerBound + column]
          }
        }
      }
    }
    return slice.recording(self) {
      $0.one($0.cotangent.paddedColumns(range.lowerBound, of: columns))
    }
  }

  /// A matrix as columns from `start` on of a wider one of zeros.
  private func paddedColumns(_ start: Int, of total: Int) -> Tensor {
    let (rows, columns) = matrixShape("columns")
    let padded = Tensor(shape: Shape(rows: rows, columns: total)) { result in
      result.update(repeating: 0, count: rows * total)
      values.withUnsafeBufferPointer { x in
        for row in 0..<rows {
          for column in 0..<columns {
            result[row * total + start + column] = x[row * columns + column]
          }
        }
      }
    }
    return padded.recording(self) { $0.one($0.cotangent.columns(start..<start + columns)) }
  }

  /// Matrices with equal numbers of columns, or vectors, one below the other.
  public static func concatenatingRows(_ parts: [Tensor]) -> Tensor {
    precondition(!parts.isEmpty, "concatenatingRows: nothing to concatenate")
    let first = parts[0].shape
    precondition(
      first.rank == 1 || first.rank == 2,
      "concatenatingRows: the shape \(first) is neither a matrix nor a vector")
    var starts: [Int] = []
    var rows = 0
    var values: [Float] = []
    values.reserveCapacity(parts.reduce(0) { $0 + $1.shape.count })
    for part in parts {
      precondition(
        part.shape.rank == first.rank && (first.rank == 1 || part.shape[1] == first[1]),
        "concatenatingRows: the shapes \(first) and \(part.shape) do not fit")
      starts.append(rows)
      rows += part.shape[0]
      values.append(contentsOf: part.values)
    }
    let shape =
      first.rank == 1 ? Shape(vector: rows) : Shape(rows: rows, columns: first[1])
    let offsets = starts
    return Tensor(shape: shape, values: values, node: nil).recording(parts) { context in
      context.many { part in
        let start = offsets[part]
        return context.cotangent.rows(start..<start + context.inputs[part].shape[0])
      }
    }
  }

  /// Some adjacent rows of a matrix, or elements of a vector.
  public func rows(_ range: Range<Int>) -> Tensor {
    precondition(
      (shape.rank == 1 || shape.rank == 2) && range.lowerBound >= 0
        && range.upperBound <= shape[0],
      "rows: \(shape) has no rows \(range)")
    let width = shape.rank == 1 ? 1 : shape[1]
    let total = shape[0]
    let slice = Array(values[range.lowerBound * width..<range.upperBound * width])
    let target =
      shape.rank == 1 ? Shape(vector: range.count) : Shape(rows: range.count, columns: width)
    return Tensor(shape: target, values: slice, node: nil).recording(self) {
      $0.one($0.cotangent.paddedRows(range.lowerBound, of: total))
    }
  }

  /// A matrix or vector as rows from `start` on of a taller one of zeros.
  private func paddedRows(_ start: Int, of total: Int) -> Tensor {
    let width = shape.rank == 1 ? 1 : shape[1]
    let count = shape[0]
    let target = shape.rank == 1 ? Shape(vector: total) : Shape(rows: total, columns: width)
    let padded = Tensor(shape: target) { result in
      result.update(repeating: 0, count: total * width)
      values.withUnsafeBufferPointer { x in
        if let base = x.baseAddress, x.count > 0 {
          (result + start * width).update(from: base, count: x.count)
        }
      }
    }
    return padded.recording(self) { $0.one($0.cotangent.rows(start..<start + count)) }
  }
}
