import Autodiff
import NeuralNetworks

extension VAETraining {
  /// All numbers that a training continues from, by name, besides `counters`: the parameters of model
  /// and estimators, and what the optimisers remember of each.
  public var arrays: [(name: String, tensor: Tensor)] {
    var arrays: [(name: String, tensor: Tensor)] = []
    func add(_ part: String, _ module: some Module, _ optimizer: Adam) {
      let parameters = module.namedParameters
      arrays += parameters.map { ("\(part).\($0.name)", $0.tensor) }
      for (moment, values) in optimizer.history.averages.sorted(by: { $0.key < $1.key }) {
        for (parameter, values) in zip(parameters, values) {
          let name = "optimizer.\(moment).\(part).\(parameter.name)"
          arrays.append((name, Tensor(values, shape: parameter.tensor.shape)))
        }
      }
    }
    add("model", model, modelOptimizer)
    add("estimator", estimators, adaptationOptimizer)
    return arrays
  }

  /// The numbers that are kept in full precision.
  public struct Counters: Sendable, Codable, Equatable {
    /// How often the model has moved.
    public var modelSteps: Int
    /// How often the estimators have moved.
    public var adaptationSteps: Int
    /// The running statistics of each layer's estimator.
    public var statistics: [[Double]]
  }

  /// How many steps have been taken, and the estimators' running statistics.
  public var counters: Counters {
    Counters(
      modelSteps: modelOptimizer.history.stepCount,
      adaptationSteps: adaptationOptimizer.history.stepCount,
      statistics: estimators.layers.map { $0.runningStatistics })
  }

  /// Continues where another training of the same settings has left off.
  ///
  /// - Parameters:
  ///   - counters: That training's counters.
  ///   - array: Gives the values of that training's arrays, by name and shape.
  /// - Throws: Whatever `array` throws for one that is missing.
  public mutating func restore(
    _ counters: Counters, array: (_ name: String, _ shape: Shape) throws -> Tensor
  ) throws {
    func restore(
      _ part: String, _ module: inout some Module, _ optimizer: inout Adam, steps: Int
    ) throws {
      var tensors: [Tensor] = []
      var averages = ["first": [[Float]](), "second": []]
      for (name, old) in module.namedParameters {
        tensors.append(try array("\(part).\(name)", old.shape))
        guard steps > 0 else { continue }
        for moment in ["first", "second"] {
          let values = try array("optimizer.\(moment).\(part).\(name)", old.shape).values
          averages[moment, default: []].append(values)
        }
      }
      module.setParameters(tensors)
      optimizer.history = OptimizerHistory(stepCount: steps, averages: averages)
    }
    try restore("model", &model, &modelOptimizer, steps: counters.modelSteps)
    try restore("estimator", &estimators, &adaptationOptimizer, steps: counters.adaptationSteps)
    for (layer, statistics) in zip(estimators.layers.indices, counters.statistics) {
      estimators.layers[layer].runningStatistics = statistics
    }
  }
}
