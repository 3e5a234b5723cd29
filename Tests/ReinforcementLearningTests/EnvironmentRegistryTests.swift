import ReinforcementLearning
import State
import Testing

@Suite struct EnvironmentRegistryTests {
  let registry = EnvironmentRegistry([
    EnvironmentSpecification(
      name: "corridor", gymnasiumIDs: ["Corridor-v2"], aliases: ["hall"], maxEpisodeSteps: 30,
      make: { Corridor() }),
    EnvironmentSpecification(name: "corridor-v1", gymnasiumIDs: ["Corridor-v1"]) { Corridor() },
    EnvironmentSpecification(name: "echo") { Echo() },
  ])

  @Test(arguments: [
    ("corridor", "corridor"), ("CORRIDOR", "corridor"), ("Corridor-v2", "corridor"),
    ("corridor-V2", "corridor"), ("Hall", "corridor"), ("Corridor-v1", "corridor-v1"),
    ("corridor-v1", "corridor-v1"), ("Echo", "echo"),
  ])
  func findsAnyNameInAnyCase(name: String, expected: String) throws {
    #expect(try registry.specification(named: name).name == expected)
  }

  @Test func makesTheEnvironmentWithItsLimit() throws {
    #expect(try registry.make(named: "hall") is TimeLimit<Corridor>)
    #expect(try registry.make(named: "corridor-v1") is Corridor)
    #expect(try registry.make(named: "echo") is any Environment<Box>)
  }

  @Test(arguments: [
    ("coridor", "corridor"), ("ecko", "echo"), ("CORRIDOR-V3", "Corridor-v2"), ("holl", "hall"),
  ])
  func anUnknownNameGetsTheNearestAndTheList(name: String, nearest: String) throws {
    let error = #expect(throws: Failure.self) { try registry.make(named: name) }
    #expect(error?.kind == .usage)
    #expect(
      error?.description == """
        There is no environment "\(name)"; did you mean "\(nearest)"? \
        Available: corridor, corridor-v1, echo.
        """)
  }

  @Test func anEmptyRegistrySaysSo() {
    let error = #expect(throws: Failure.self) {
      try EnvironmentRegistry().make(named: "cartpole")
    }
    #expect(
      error?.description == "There is no environment \"cartpole\", for none has been registered.")
  }

  @Test func aMissingEnvironmentComesWithItsRemedy() throws {
    var registry = registry
    registry.registerMissing(["Tower", "Tower-v1", "echo"], remedy: "build it with bricks")
    for name in ["tower", "TOWER-V1"] {
      let error = #expect(throws: Failure.self) { try registry.make(named: name) }
      #expect(
        error == .usage("This program was built without \"\(name)\"; build it with bricks."))
    }
    #expect(try registry.specification(named: "echo").name == "echo")
    registry.register(EnvironmentSpecification(name: "tower") { Corridor() })
    #expect(try registry.specification(named: "tower").name == "tower")
  }

  @Test func theSameShortNameReplaces() throws {
    var registry = registry
    registry.register(EnvironmentSpecification(name: "Corridor") { Echo() })
    #expect(registry.specifications.map(\.name) == ["corridor-v1", "echo", "Corridor"])
    #expect(try registry.make(named: "corridor") is Echo)
    #expect(try self.registry.make(named: "corridor") is TimeLimit<Corridor>)
  }

  @Test func anAliasGoesToTheLatestButHidesNoShortName() throws {
    var registry = registry
    registry.register(
      EnvironmentSpecification(name: "other", aliases: ["hall", "echo"]) { Corridor() })
    #expect(try registry.specification(named: "hall").name == "other")
    #expect(try registry.specification(named: "echo").name == "echo")
  }
}
