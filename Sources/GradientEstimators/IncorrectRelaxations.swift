import Autodiff
import Distributions
import RandomNumbers

// Distributions whose conditional relaxation is wrong, in ways that have been published or are easily
// written. RELAX and REBAR are biased with them: a check of unbiasedness that does not find it out
// is worth nothing.

/// A distribution that takes another's place but for its relaxations.
public protocol RelaxationSubstitute: RelaxableDistribution {
  associatedtype Base: RelaxableDistribution
  var base: Base { get }
  init(_ base: Base)
}

extension RelaxationSubstitute {
  public static var name: String { Base.name }
  public var parameters: Tensor { base.parameters }
  public var sampleWidth: Int { base.sampleWidth }
  public var mean: Tensor { base.mean }
  public var supportCount: Int? { base.supportCount }

  public func replacing(parameters: Tensor) -> Self {
    Self(base.replacing(parameters: parameters))
  }
  public func sample(using generator: inout PCG64) -> Tensor { base.sample(using: &generator) }
  public func logProbability(of sample: Tensor) -> Tensor { base.logProbability(of: sample) }
  public func score(of sample: Tensor) -> Tensor { base.score(of: sample) }
  public func soft(_ z: Tensor, logTemperature: Tensor) -> Tensor {
    base.soft(z, logTemperature: logTemperature)
  }
  public func entropy() -> Tensor { base.entropy() }
  public func hard(_ z: Tensor) -> Tensor { base.hard(z) }
  public func supportPoint(_ index: Int) -> Tensor { base.supportPoint(index) }
}

/// z̃ drawn after b, but without regard to it: given another draw of the same distribution.
public struct RedrawnRelaxation<Base: RelaxableDistribution>: RelaxationSubstitute {
  public let base: Base

  public init(_ base: Base) { self.base = base }

  public func relaxations(
    given sample: Tensor, coupling: NoiseCoupling, using generator: inout PCG64
  ) -> (unconditional: Tensor, conditional: Tensor) {
    let z = base.relaxations(given: sample, coupling: coupling, using: &generator).unconditional
    let other = base.detached().sample(using: &generator)
    return (
      z, base.relaxations(given: other, coupling: coupling, using: &generator).conditional
    )
  }
}

/// The sampler of the code published with "Backpropagation through the Void": z̃_b = log p_b + Gumbel
/// noise, where it is Gumbel noise alone, and the others truncated at it.
public struct PublishedRelaxation: RelaxationSubstitute {
  public let base: OneHotCategorical

  public init(_ base: OneHotCategorical) { self.base = base }

  public func relaxations(
    given sample: Tensor, coupling: NoiseCoupling, using generator: inout PCG64
  ) -> (unconditional: Tensor, conditional: Tensor) {
    precondition(
      base.variableCount == 1, "PublishedRelaxation: made for one categorical variable a row")
    let z = base.relaxations(given: sample, coupling: .independent, using: &generator)
      .unconditional
    let width = base.categoryCount
    let logProbabilities = base.logits.logSoftmax()
    let uniforms = Tensor(
      generator.openUniforms(count: base.logits.shape.count), shape: base.logits.shape)
    let exponentials = -uniforms.log()
    let top = (sample * (logProbabilities - exponentials.log())).sumOverColumns()
      .repeatedAsColumns(width)
    let others = logProbabilities - (exponentials + (logProbabilities - top).exp()).log()
    return (z, sample * top + (-sample + 1) * others)
  }
}
