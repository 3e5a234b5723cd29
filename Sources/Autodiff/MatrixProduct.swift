import CVectorMath

#if canImport(Accelerate)
  import Accelerate
#else
  import COpenBLAS
#endif

extension Tensor {
  /// The matrix product of this tensor and `other`, each optionally transposed first.
  ///
  /// - Parameters:
  ///   - other: A matrix.
  ///   - transposed: Whether this matrix is transposed first.
  ///   - otherTransposed: Whether `other` is transposed first.
  /// - Returns: A matrix of [rows of the left factor, columns of the right one].
  public func matrixProduct(
    _ other: Tensor, transposed: Bool = false, otherTransposed: Bool = false
  ) -> Tensor {
    precondition(
      shape.rank == 2 && other.shape.rank == 2,
      "matrixProduct: the shapes \(shape) and \(other.shape) are not both matrices")
    let rows = shape[transposed ? 1 : 0]
    let inner = shape[transposed ? 0 : 1]
    let columns = other.shape[otherTransposed ? 0 : 1]
    precondition(
      inner == other.shape[otherTransposed ? 1 : 0],
      """
      matrixProduct: the inner lengths of \(shape)\(transposed ? " transposed" : "") and \
      \(other.shape)\(otherTransposed ? " transposed" : "") differ
      """)
    let product = Tensor(shape: Shape(rows: rows, columns: columns)) { result in
      result.update(repeating: 0, count: rows * columns)
      values.withUnsafeBufferPointer { a in
        other.values.withUnsafeBufferPointer { b in
          addProduct(
            a, b, result, rows: rows, inner: inner, columns: columns, transposed: transposed,
            otherTransposed: otherTransposed)
        }
      }
    }
    return product.recording(self, other) { context in
      let (d, a, b) = (context.cotangent, context.inputs[0], context.inputs[1])
      // C = op(A) op(B): dA = d op(B)ᵀ or its transpose, dB = op(A)ᵀ d or its transpose.
      return context.two(
        transposed
          ? b.matrixProduct(d, transposed: otherTransposed, otherTransposed: true)
          : d.matrixProduct(b, otherTransposed: !otherTransposed),
        otherTransposed
          ? d.matrixProduct(a, transposed: true, otherTransposed: transposed)
          : a.matrixProduct(d, transposed: !transposed))
    }
  }

  /// The product of this matrix [r, k] and `weight` [k, c], plus the vector `bias` [c] in every row.
  public func affine(_ weight: Tensor, _ bias: Tensor) -> Tensor {
    precondition(
      shape.rank == 2 && weight.shape.rank == 2 && shape[1] == weight.shape[0]
        && bias.shape == Shape(vector: weight.shape[1]),
      "affine: \(shape) does not fit a weight of \(weight.shape) and a bias of \(bias.shape)")
    let (rows, inner, columns) = (shape[0], shape[1], weight.shape[1])
    let result = Tensor(shape: Shape(rows: rows, columns: columns)) { result in
      bias.values.withUnsafeBufferPointer { bias in
        guard let base = bias.baseAddress else { return }
        for row in 0..<rows { (result + row * columns).update(from: base, count: columns) }
      }
      values.withUnsafeBufferPointer { a in
        weight.values.withUnsafeBufferPointer { b in
          addProduct(
            a, b, result, rows: rows, inner: inner, columns: columns, transposed: false,
            otherTransposed: false)
        }
      }
    }
    return result.recording([self, weight, bias]) { context in
      let (d, x, weight) = (context.cotangent, context.inputs[0], context.inputs[1])
      return context.many { input in
        switch input {
        case 0: d.matrixProduct(weight, otherTransposed: true)
        case 1: x.matrixProduct(d, transposed: true)
        default: d.sumOverRows()
        }
      }
    }
  }

  /// The transpose of a matrix.
  public func transposed() -> Tensor {
    precondition(shape.rank == 2, "transposed: the shape \(shape) is not a matrix")
    let (rows, columns) = (shape[0], shape[1])
    let result = Tensor(shape: Shape(rows: columns, columns: rows)) { result in
      values.withUnsafeBufferPointer { x in
        for row in 0..<rows {
          for column in 0..<columns { result[column * rows + row] = x[row * columns + column] }
        }
      }
    }
    return result.recording(self) { $0.one($0.cotangent.transposed()) }
  }
}

/// C += op(A) op(B) by BLAS, on one thread, so that results do not depend on how many there are.
///
/// The caller fills C: a copy or a fill of its own is faster than BLAS's scaling of C by 0.
private func addProduct(
  _ a: UnsafeBufferPointer<Float>, _ b: UnsafeBufferPointer<Float>,
  _ c: UnsafeMutablePointer<Float>, rows: Int, inner: Int, columns: Int, transposed: Bool,
  otherTransposed: Bool
) {
  guard rows > 0, columns > 0, inner > 0 else { return }
  _ = preparation
  cblas_sgemm(
    CblasRowMajor, transposed ? CblasTrans : CblasNoTrans,
    otherTransposed ? CblasTrans : CblasNoTrans, Int32(rows), Int32(columns), Int32(inner), 1,
    a.baseAddress, Int32(transposed ? rows : inner), b.baseAddress,
    Int32(otherTransposed ? inner : columns), 1, c, Int32(columns))
}

/// What the first product of a process sets up.
private let preparation: Void = {
  vm_keep_freed_memory()
  #if !canImport(Accelerate)
    openblas_choose_kernels()
    openblas_set_num_threads(1)
  #endif
}()
