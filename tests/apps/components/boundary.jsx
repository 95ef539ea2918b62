/** Shows the error that its children ended with. */
import { Component } from 'react';

export class Boundary extends Component {
  state = {};
  static getDerivedStateFromError(error) {
    return { error };
  }
  render() {
    const { error } = this.state;
    return error ? <p data-testid="error">{`${error.name} ${error.message}`}</p> : this.props.children;
  }
}
