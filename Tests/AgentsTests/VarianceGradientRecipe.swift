import Foundation
import NeuralNetworks
import RandomNumbers

@testable import Agents

/// ∇φ‖ĝ‖² of one episode in Double without reverse-mode differentiation, independently of the tape.
///
/// With d_t the estimate in the logits of step t and J_t the logits' Jacobian in θ, ĝ = Σ J_tᵀ d_t,
/// so that ∇φ‖ĝ‖² = 2 Σ_t ∂(h_t · d_t)/∂φ with h_t = J_t ĝ held fixed, and
/// h_t · d_t = (R_t − V_t − c(z̃_t)) h_t · (e_a − p) + D_δz c(z_t) − D_δz̃ c(z̃_t) along
/// δz = h − (p · h) 1 and δz̃ = w ⊙ δz, where w_i = ∂z̃_i / ∂log p_i.
struct VarianceGradientRecipe {
  private let policy: HyperDualMLP
  private let value: HyperDualMLP
  /// μ and σ of V = μ + σ · network.
  private let valueScale: [Double]
  private let network: HyperDualMLP
  /// The network's parameters, log τ and the scale, in the order of `visitParameters`.
  private let phi: [Double]
  private let seesRelaxation: Bool
  private let returnScale: Double
  private let usesValue: Bool

  init(_ agent: RELAXAgent<CategoricalPolicy>) {
    policy = HyperDualMLP(agent.policy.network)
    value = HyperDualMLP(agent.value.network)
    valueScale = agent.value.namedParameters.suffix(2).map { Double($0.tensor.scalar) }
    network = HyperDualMLP(agent.controlVariate.network)
    phi = agent.controlVariate.parameters.flatMap { $0.values.map { Double($0) } }
    seesRelaxation = agent.controlVariate.seesRelaxation
    returnScale = agent.hyperparameters.returnScale
    usesValue = agent.hyperparameters.controlVariateForm == .valueAndRelaxation
  }

  /// ĝ and ∇φ‖ĝ‖²; the noise is drawn as the agent draws it.
  func callAsFunction(
    _ episode: EpisodeFeatures, using generator: inout PCG64
  ) -> (estimate: [Double], gradient: [Double]) {
    let steps = relaxedSteps(episode, using: &generator)
    var estimate = [Double](repeating: 0, count: policy.parameters.count)
    for step in steps {
      for k in estimate.indices {
        let parameters = policy.parameters.enumerated().map {
          HyperDual($1, first: $0 == k ? 1 : 0)
        }
        let logits = policy(step.state.map { HyperDual($0) }, parameters)
        for (d, logit) in zip(step.logitGradient, logits) { estimate[k] += d * logit.first }
      }
    }
    var gradient = [Double](repeating: 0, count: phi.count)
    for step in steps {
      let along = zip(policy.parameters, estimate).map { HyperDual($0, first: $1) }
      let h = policy(step.state.map { HyperDual($0) }, along).map(\.first)
      let center = zip(step.p, h).reduce(0) { $0 + $1.0 * $1.1 }
      let deltaZ = h.map { $0 - center }
      let score = h[step.action] - center
      for k in gradient.indices {
        let atZ = c(step.timedState, step.z, along: deltaZ, parameter: k)
        let atZTilde = c(
          step.timedState, step.zTilde, along: zip(step.w, deltaZ).map { $0 * $1 }, parameter: k)
        gradient[k] += 2 * (-score * atZTilde.second + atZ.mixed - atZTilde.mixed)
      }
    }
    return (estimate, gradient)
  }

  private struct RelaxedStep {
    var state: [Double]
    var timedState: [Double]
    var action: Int
    var p: [Double]
    var z: [Double]
    var zTilde: [Double]
    var w: [Double]
    var logitGradient: [Double] = []
  }

  private func relaxedSteps(
    _ episode: EpisodeFeatures, using generator: inout PCG64
  ) -> [RelaxedStep] {
    let (count, actions) = (episode.length, policy.sizes[policy.sizes.count - 1])
    func exponentials() -> [[Double]] {
      let uniforms = generator.openUniforms(count: count * actions)
      return (0..<count).map { t in
        uniforms[t * actions..<(t + 1) * actions].map { -log(Double($0)) }
      }
    }
    let (forZ, forZTilde) = (exponentials(), exponentials())
    return (0..<count).map { t in
      func row(_ tensor: [Float]) -> [Double] {
        let width = tensor.count / count
        return tensor[t * width..<(t + 1) * width].map { Double($0) }
      }
      let (state, timedState) = (row(episode.states.values), row(episode.timedStates.values))
      let action = Int(episode.categories[t])
      let weights = policy(state.map { HyperDual($0) }, policy.parameters.map { HyperDual($0) })
        .map { exp($0.value) }
      let p = weights.map { $0 / weights.reduce(0, +) }
      func conditional(_ e: [Double]) -> [Double] {
        p.indices.map { $0 == action ? -log(e[action]) : -log(e[$0] / p[$0] + e[action]) }
      }
      let e = forZTilde[t]
      var step = RelaxedStep(
        state: state, timedState: timedState, action: action, p: p, z: conditional(forZ[t]),
        zTilde: conditional(e),
        w: p.indices.map { $0 == action ? 0 : e[$0] / p[$0] / (e[$0] / p[$0] + e[action]) })
      let v = value(timedState.map { HyperDual($0) }, value.parameters.map { HyperDual($0) })[0]
      let baseline =
        (usesValue ? valueScale[0] + valueScale[1] * v.value : 0)
        + c(timedState, step.zTilde).value
      let slopes = p.indices.map { i -> Double in
        let along = p.indices.map { $0 == i ? 1.0 : 0.0 }
        return c(timedState, step.z, along: along).first
          - step.w[i] * c(timedState, step.zTilde, along: along).first
      }
      let total = slopes.reduce(0, +)
      step.logitGradient = p.indices.map { i in
        (Double(episode.returns.values[t]) - baseline) * ((i == action ? 1 : 0) - p[i])
          + slopes[i] - p[i] * total
      }
      return step
    }
  }

  /// c with its derivatives along a direction of z (`first`) and in one parameter (`second`).
  private func c(
    _ state: [Double], _ z: [Double], along direction: [Double]? = nil, parameter: Int? = nil
  ) -> HyperDual {
    let phi = self.phi.enumerated().map { HyperDual($1, second: $0 == parameter ? 1 : 0) }
    let (logTemperature, scale) = (phi[phi.count - 2], phi[phi.count - 1])
    var input = state.map { HyperDual($0) }
    if seesRelaxation {
      let inverse = (HyperDual(-1) * logTemperature).exp()
      let weights = z.indices.map {
        (HyperDual(z[$0], first: direction?[$0] ?? 0) * inverse).exp()
      }
      let total = weights.reduce(HyperDual(0), +).reciprocal()
      input += weights.map { $0 * total }
    }
    return HyperDual(returnScale) * scale * network(input, phi)[0]
  }
}
