/// What the lines of algorithms and estimators look like: the same in every figure and on every page.
///
/// Relatives share a colour and differ in their dashes. Agents that learn from replay look like
/// estimators that no agent is made of; the two never meet.
extension Look {
  /// The look of each algorithm and estimator by its name.
  public static let subjects: [String: Look] = {
    let families: [(color: Color, solid: [String], dashed: [String], dotted: [String])] = [
      (.red, ["relax"], ["lax"], ["relax-memory"]),
      (.blue, ["a2c"], ["nvil"], ["constant-baseline"]),
      (.amber, ["reinforce"], ["running-mean"], ["reinforce-memory"]),
      (.purple, ["rebar", "sac"], ["relaxed-rebar"], ["muprop"]),
      (.brown, ["ppo"], ["reparameterization"], []),
      (.orange, ["rloo", "td3"], ["double-cv"], ["rloo-memory"]),
      (.khaki, ["disarm", "ddpg"], ["arm", "ipg"], ["disarm-memory"]),
      (.cyan, ["bitflip", "dqn"], ["straight-through"], ["concrete"]),
      // What the others are measured against.
      (.ink, ["exact"], [], []),
    ]
    var looks: [String: Look] = [:]
    for family in families {
      for (style, names) in [
        (Series.Style.solid, family.solid), (.dashed, family.dashed), (.dotted, family.dotted),
      ] {
        for name in names { looks[name] = Look(color: family.color, style: style) }
      }
    }
    return looks
  }()

  /// The looks of things that are shown together, in the order of their names.
  ///
  /// A known name has its own look; so has the first of its variants, such as `relax:cv-steps=5`, if
  /// the plain name is not among them. All others get what is left.
  public static func assigned(to names: [String]) -> [Look] {
    var looks = names.map { subjects[$0] }
    for (index, name) in names.enumerated() where looks[index] == nil {
      let head = String(name.prefix { $0 != ":" && $0 != " " })
      if let look = subjects[head], !looks.contains(look) { looks[index] = look }
    }
    // Round by round, so that dashes come once the colours are used up.
    let sequence = Series.Style.allCases.flatMap { style in
      Color.palette.map { Look(color: $0, style: style) }
    }
    var unused = sequence.filter { !looks.contains($0) }[...]
    return looks.map { look in
      if let look { return look }
      if unused.isEmpty { unused = sequence[...] }
      return unused.removeFirst()
    }
  }
}
