import Rendering
import Testing

@Suite struct ColorTests {
  @Test func readsWebColors() {
    let color = Color(0xFF0033)
    #expect(color.red == 1 && color.green == 0 && color.blue == 0.2)
  }

  @Test func thePaletteHasEightColorsAndNoGrey() {
    #expect(Color.palette.count == 8 && Set(Color.palette).count == 8)
    for color in Color.palette {
      let components = [color.red, color.green, color.blue]
      #expect((components.max() ?? 0) - (components.min() ?? 0) > 0.2)
    }
  }

  @Test func writesWebColors() {
    #expect(Color(0x00A90E).web == "#00A90E" && Color(0).web == "#000000")
  }
}
