import CVectorMath

// The log-likelihood of rows of Bernoulli variables in one pass, and its derivatives of every order:
// autoencoders spend much of what is left beside the matrix products here.

extension Tensor {
  /// Σ_j x_ij α_ij − log(1 + e^α_ij), the log-likelihood of these values x under logits α: a vector
  /// [r].
  ///
  /// Linear in x, also between 0 and 1.
  ///
  /// - Parameter logits: α, a matrix of the shape of x, [r, c].
  public func bernoulliLogLikelihood(logits: Tensor) -> Tensor {
    let (rows, columns) = matrixShape("bernoulliLogLikelihood")
    precondition(
      logits.shape == shape,
      "bernoulliLogLikelihood: values \(shape) and logits \(logits.shape) differ in shape")
    let result = Tensor(shape: Shape(vector: rows)) { result in
      values.withUnsafeBufferPointer { x in
        logits.values.withUnsafeBufferPointer { a in
          vm_bernoulli_log_likelihood(x.baseAddress, a.baseAddress, result, rows, columns)
        }
      }
    }
    return result.recording(self, logits) {
      let (x, logits) = ($0.inputs[0], $0.inputs[1])
      return $0.two(
        logits.multiplyingRows(by: $0.cotangent),
        x.bernoulliResidual(logits: logits, rows: $0.cotangent))
    }
  }

  /// d_i (x_ij − σ(α_ij)), the pullback of the log-likelihood in α.
  private func bernoulliResidual(logits: Tensor, rows factors: Tensor) -> Tensor {
    let (rows, columns) = (shape[0], shape[1])
    let result = Tensor(shape: shape) { result in
      values.withUnsafeBufferPointer { x in
        logits.values.withUnsafeBufferPointer { a in
          factors.values.withUnsafeBufferPointer { d in
            vm_bernoulli_residual(
              x.baseAddress, a.baseAddress, d.baseAddress, result, rows, columns)
          }
        }
      }
    }
    return result.recording([self, logits, factors]) { context in
      let (g, x) = (context.cotangent, context.inputs[0])
      let (logits, factors) = (context.inputs[1], context.inputs[2])
      return context.many { input in
        switch input {
        case 0: g.multiplyingRows(by: factors)
        case 1: g.bernoulliCurvature(logits: logits, rows: factors)
        default: (g * (x - logits.sigmoid())).sumOverColumns()
        }
      }
    }
  }

  /// −d_i g_ij σ′(α_ij) of these g, in one pass where nothing is recorded.
  private func bernoulliCurvature(logits: Tensor, rows factors: Tensor) -> Tensor {
    if vm_recording_suspensions() == 0 {
      let s = logits.sigmoid()
      return -(self * (s - s.squared())).multiplyingRows(by: factors)
    }
    return Tensor(shape: shape) { result in
      values.withUnsafeBufferPointer { g in
        logits.values.withUnsafeBufferPointer { a in
          factors.values.withUnsafeBufferPointer { d in
            vm_bernoulli_curvature(
              g.baseAddress, a.baseAddress, d.baseAddress, result, shape[0], shape[1])
          }
        }
      }
    }
  }
}
