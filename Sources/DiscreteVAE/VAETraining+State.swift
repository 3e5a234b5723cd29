import NeuralNetworks
import State

extension VAETraining: Stateful {
  /// The parameters of model and estimators with the estimators' statistics, and what the optimisers
  /// remember of each.
  public mutating func visitState(_ visitor: inout some StateVisitor) throws(Failure) {
    try visitor.visit("model", &model)
    try visitor.visit("estimator", &estimators)
    try visitor.visit(under: "model_optimizer") { visitor throws(Failure) in
      try modelOptimizer.visitState(&visitor, of: model)
    }
    try visitor.visit(under: "estimator_optimizer") { visitor throws(Failure) in
      try adaptationOptimizer.visitState(&visitor, of: estimators)
    }
  }
}
