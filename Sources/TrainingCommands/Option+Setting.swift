import ArgumentParser

extension Option where Value == String? {
  /// The flag of a setting. Its value stays text, so that `Setting.parse` alone decides what is
  /// legal and says so in the same words as for a file.
  init(_ setting: Setting) {
    self.init(
      name: .customLong(setting.flag ?? setting.key),
      // So that a negative number is the value it was meant as.
      parsing: .unconditional,
      help: setting.help)
  }
}

extension Setting {
  /// What it is, what it may be and what it is by default, in a line.
  var help: ArgumentHelp {
    var parts: [String] = []
    if legalValues != .name { parts.append(legalValues.brief) }
    switch key {
    case Self.environment.key: parts.append("required unless --config names it")
    case Self.episodes.key: parts.append("default: the preset's, or what --steps allows")
    default: parts.append("default \(usual)")
    }
    return ArgumentHelp("\(summary) (\(parts.joined(separator: "; "))).", valueName: valueName)
  }

  private var valueName: String {
    switch legalValues {
    case .integers: "n"
    case .numbers, .positive: "x"
    case .widths: "widths"
    case .choice, .name, .truth: "name"
    }
  }

  /// The value in a run about which nothing is said.
  private var usual: String {
    let isOfPreset = key.contains(".") || key == Self.batchEpisodes.key
    let orOther = isOfPreset ? " or the preset's" : ""
    switch Self.usualValues?[self] {
    case nil, .null: return "none"
    case .array(let widths): return widths.map(\.description).joined(separator: ",") + orOther
    case .text(let text): return text + orOther
    case let value?: return "\(value)" + orOther
    }
  }

  private static let usualValues = try? SettingValues(
    RunConfiguration(preset: .tuned, algorithm: "relax", environment: ""))
}
