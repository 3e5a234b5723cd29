import CVectorMath

// Sums, and the broadcasts that are their pullbacks. Broadcasting always has a name here.

extension Tensor {
  /// The sum of all elements, a scalar.
  public func sum() -> Tensor {
    let total = values.withUnsafeBufferPointer { vm_sum($0.baseAddress, $0.count) }
    let shape = shape
    return Tensor(total).recording(self) { $0.one($0.cotangent.broadcast(to: shape)) }
  }

  /// The mean of all elements, a scalar.
  public func mean() -> Tensor { (1 / Float(max(shape.count, 1))) * sum() }

  /// The sum of the squares of all elements, a scalar.
  public func squaredNorm() -> Tensor {
    let total = values.withUnsafeBufferPointer { vm_dot($0.baseAddress, $0.baseAddress, $0.count) }
    return Tensor(total).recording(self) {
      $0.one(2 * $0.inputs[0].scaled(by: $0.cotangent))
    }
  }

  /// A scalar repeated to fill `shape`.
  public func broadcast(to target: Shape) -> Tensor {
    precondition(shape.count == 1, "broadcast: the shape \(shape) is not a scalar")
    let source = shape
    return Tensor(repeating: values[0], shape: target).recording(self) {
      $0.one($0.cotangent.sum().reshaped(source))
    }
  }

  /// Every element times the scalar `factor`.
  public func scaled(by factor: Tensor) -> Tensor {
    precondition(factor.shape.count == 1, "scaled: the shape \(factor.shape) is not a scalar")
    let source = factor.shape
    let product = Tensor(shape: shape) { result in
      values.withUnsafeBufferPointer {
        vm_scale($0.baseAddress, factor.values[0], result, $0.count)
      }
    }
    return product.recording(self, factor) {
      $0.two(
        $0.cotangent.scaled(by: $0.inputs[1]),
        ($0.cotangent * $0.inputs[0]).sum().reshaped(source))
    }
  }

  /// The sums over the rows of a matrix [r, c]: a vector [c].
  public func sumOverRows() -> Tensor {
    let (rows, columns) = matrixShape("sumOverRows")
    let sums = Tensor(shape: Shape(vector: columns)) { result in
      values.withUnsafeBufferPointer { vm_sum_rows($0.baseAddress, result, rows, columns) }
    }
    return sums.recording(self) { $0.one($0.cotangent.repeatedAsRows(rows)) }
  }

  /// A vector [c] as every row of a matrix [count, c].
  public func repeatedAsRows(_ count: Int) -> Tensor {
    precondition(shape.rank == 1, "repeatedAsRows: the shape \(shape) is not a vector")
    return Tensor.zeros(Shape(rows: count, columns: shape[0])).addingToRows(self)
  }

  /// A matrix [r, c] with the vector [c] added to each of its rows.
  public func addingToRows(_ row: Tensor) -> Tensor {
    let (rows, columns) = matrixShape("addingToRows")
    precondition(
      row.shape == Shape(vector: columns),
      "addingToRows: a vector of shape \(row.shape) does not fit the rows of \(shape)")
    let sum = Tensor(shape: shape) { result in
      values.withUnsafeBufferPointer { x in
        row.values.withUnsafeBufferPointer {
          vm_add_row(x.baseAddress, $0.baseAddress, result, rows, columns)
        }
      }
    }
    return sum.recording(self, row) { $0.two($0.cotangent, $0.cotangent.sumOverRows()) }
  }

  /// The sums over the columns of a matrix [r, c]: a vector [r].
  public func sumOverColumns() -> Tensor {
    let (rows, columns) = matrixShape("sumOverColumns")
    let sums = Tensor(shape: Shape(vector: rows)) { result in
      values.withUnsafeBufferPointer { vm_sum_columns($0.baseAddress, result, rows, columns) }
    }
    return sums.recording(self) { $0.one($0.cotangent.repeatedAsColumns(columns)) }
  }

  /// A vector [r] as every column of a matrix [r, count].
  public func repeatedAsColumns(_ count: Int) -> Tensor {
    precondition(shape.rank == 1, "repeatedAsColumns: the shape \(shape) is not a vector")
    return Tensor(repeating: 1, shape: Shape(rows: shape[0], columns: count))
      .multiplyingRows(by: self)
  }

  /// A matrix [r, c] with each row multiplied by its element of the vector [r].
  public func multiplyingRows(by column: Tensor) -> Tensor {
    let (rows, columns) = matrixShape("multiplyingRows")
    precondition(
      column.shape == Shape(vector: rows),
      "multiplyingRows: a vector of shape \(column.shape) does not fit the rows of \(shape)")
    let product = Tensor(shape: shape) { result in
      values.withUnsafeBufferPointer { x in
        column.values.withUnsafeBufferPointer {
          vm_multiply_column(x.baseAddress, $0.baseAddress, result, rows, columns)
        }
      }
    }
    return product.recording(self, column) {
      $0.two(
        $0.cotangent.multiplyingRows(by: $0.inputs[1]),
        ($0.cotangent * $0.inputs[0]).sumOverColumns())
    }
  }

  /// The logarithm of the softmax of each row of a matrix [r, c], stable.
  public func logSoftmax() -> Tensor {
    let (rows, columns) = matrixShape("logSoftmax")
    precondition(columns > 0, "logSoftmax: the shape \(shape) has no columns")
    let result = Tensor(shape: shape) { result in
      values.withUnsafeBufferPointer { vm_log_softmax($0.baseAddress, result, rows, columns) }
    }
    return result.recording(self) {
      $0.one($0.cotangent - $0.output.exp().multiplyingRows(by: $0.cotangent.sumOverColumns()))
    }
  }

  func matrixShape(_ name: StaticString) -> (rows: Int, columns: Int) {
    precondition(shape.rank == 2, "\(name): the shape \(shape) is not a matrix")
    return (shape[0], shape[1])
  }
}
